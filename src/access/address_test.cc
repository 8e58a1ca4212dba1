#include "access/address.h"

#include <gtest/gtest.h>

namespace rhumb::access {
namespace {

const TrustedProxies proxies{{"10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48"}};

std::string seen(const std::string& peer, const std::string& x_forwarded,
                 const std::string& forwarded = "") {
    http::Channel channel;
    channel.remote.ip = peer;
    http::Request request;
    request.channel = &channel;
    if (!x_forwarded.empty()) request.headers.add("x-forwarded-for", x_forwarded);
    if (!forwarded.empty()) request.headers.add("forwarded", forwarded);
    return client_address(request, proxies);
}

TEST(ClientAddress, IsTheChannelsWithoutTrustedProxies) {
    EXPECT_EQ(seen("198.51.100.7", "203.0.113.1"), "198.51.100.7");
    EXPECT_EQ(seen("198.51.100.7", "", "for=203.0.113.1"), "198.51.100.7");
}

TEST(ClientAddress, IsTheFirstFromTheEndThatIsNoTrustedProxy) {
    EXPECT_EQ(seen("10.1.1.1", "203.0.113.9"), "203.0.113.9");
    EXPECT_EQ(seen("10.1.1.1", "1.2.3.4, 203.0.113.9"), "203.0.113.9");
    EXPECT_EQ(seen("10.1.1.1", "1.2.3.4, 203.0.113.9, 10.2.2.2, 192.0.2.1"), "203.0.113.9");
    EXPECT_EQ(seen("10.1.1.1", "10.9.9.9, 10.2.2.2"), "10.9.9.9");
    EXPECT_EQ(seen("2001:db8:1::5", "2001:DB8:2::1"), "2001:db8:2::1");
}

TEST(ClientAddress, IsReadWithPortsBracketsAndMappedForms) {
    EXPECT_EQ(seen("10.1.1.1", "203.0.113.9:4711"), "203.0.113.9");
    EXPECT_EQ(seen("10.1.1.1", "[2001:db8:2::1]:4711"), "2001:db8:2::1");
    EXPECT_EQ(seen("10.1.1.1", "::ffff:203.0.113.9"), "203.0.113.9");
}

TEST(ClientAddress, IsReadFromForwarded) {
    EXPECT_EQ(seen("10.1.1.1", "", "for=1.2.3.4, for=203.0.113.9;proto=https;by=10.1.1.1"),
              "203.0.113.9");
    EXPECT_EQ(seen("10.1.1.1", "", "proto=https; For=\"[2001:db8:2::1]:4711\""), "2001:db8:2::1");
}

TEST(ClientAddress, IsTheProxysWhereTwoFieldsDoNotAgree) {
    EXPECT_EQ(seen("10.1.1.1", "203.0.113.9", "for=203.0.113.9"), "203.0.113.9");
    EXPECT_EQ(seen("10.1.1.1", "203.0.113.9", "for=10.0.0.99"), "10.1.1.1");
}

TEST(ClientAddress, EndsWhereSomethingIsNoAddress) {
    EXPECT_EQ(seen("10.1.1.1", "unknown"), "10.1.1.1");
    EXPECT_EQ(seen("10.1.1.1", "1.2.3.4, _hidden, 10.2.2.2"), "10.2.2.2");
    EXPECT_EQ(seen("10.1.1.1", "0.0.0.0/0"), "10.1.1.1");
    EXPECT_EQ(seen("10.1.1.1", "203.0.113.9, "), "10.1.1.1");
    EXPECT_EQ(seen("10.1.1.1", "", "by=10.2.2.2"), "10.1.1.1");
    EXPECT_EQ(seen("10.1.1.1", "[2001:db8::1"), "10.1.1.1");
}

TEST(ClientAddress, IsLookedForInABoundedPartOfTheField) {
    std::string many = "203.0.113.9";
    for (int i = 0; i < 100; ++i) many += ", 10.2.2.2";
    EXPECT_EQ(seen("10.1.1.1", many), "10.2.2.2");
}

}  // namespace
}  // namespace rhumb::access
