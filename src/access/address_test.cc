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

using Said = std::vector<std::pair<std::string, std::string>>;

std::optional<bool> secured(const std::string& peer, const Said& fields, bool end_tls = true) {
    http::Channel channel;
    channel.remote.ip = peer;
    http::Request request;
    request.channel = &channel;
    for (const auto& [name, value] : fields) request.headers.add(name, value);
    return is_secured_by_proxy(request, TrustedProxies{{"10.0.0.0/8"}, end_tls});
}

TEST(SecuredByProxy, IsSaidByTrustedProxiesAlone) {
    EXPECT_EQ(secured("10.1.1.1", {{"x-forwarded-proto", "https"}}), true);
    EXPECT_EQ(secured("198.51.100.7", {{"x-forwarded-proto", "https"}}), std::nullopt);
    EXPECT_EQ(secured("198.51.100.7", {{"forwarded", "for=10.1.1.1;proto=https"}}), std::nullopt);
    EXPECT_EQ(secured("10.1.1.1", {{"x-forwarded-proto", "https"}}, false), std::nullopt);
    EXPECT_EQ(secured("10.1.1.1", {}), std::nullopt);
}

TEST(SecuredByProxy, IsNotWhatIsAnythingButHttps) {
    for (const auto* value : {"http", "", "wss", "https:", "httpsx", "http, https", "https, http",
                              "https,", "\"https\"", "https https"})
        EXPECT_EQ(secured("10.1.1.1", {{"x-forwarded-proto", value}}), false) << value;
    EXPECT_EQ(secured("10.1.1.1", {{"x-forwarded-proto", " HTTPS "}}), true);
    EXPECT_EQ(secured("10.1.1.1", {{"x-forwarded-proto", "https, https"}}), true);
    // What the client sent by itself stands before what the proxy adds.
    EXPECT_EQ(secured("10.1.1.1", {{"x-forwarded-proto", "https"}, {"x-forwarded-proto", "http"}}),
              false);
}

TEST(SecuredByProxy, IsReadFromTheElementThatTellsOfTheClient) {
    const auto by = [](const std::string& forwarded) {
        return secured("10.1.1.1", {{"forwarded", forwarded}});
    };
    EXPECT_EQ(by("for=203.0.113.9;proto=https"), true);
    EXPECT_EQ(by("for=203.0.113.9;Proto=\"HTTPS\";by=10.1.1.1"), true);
    EXPECT_EQ(by("for=203.0.113.9;proto=https, for=10.2.2.2;proto=http"), true);
    EXPECT_EQ(by("for=203.0.113.9;proto=http, for=10.2.2.2;proto=https"), false);
    // The client's own invention is further from the end.
    EXPECT_EQ(by("for=1.2.3.4;proto=https, for=203.0.113.9;proto=http"), false);
    EXPECT_EQ(by("for=1.2.3.4;proto=https, for=203.0.113.9"), std::nullopt);
    EXPECT_EQ(by("for=unknown;proto=https"), std::nullopt);
    EXPECT_EQ(by("proto=https"), std::nullopt);
}

TEST(SecuredByProxy, IsOnlyWhatBothFieldsSay) {
    EXPECT_EQ(secured("10.1.1.1", {{"x-forwarded-proto", "http"},
                                   {"forwarded", "for=203.0.113.9;proto=https"}}),
              false);
    EXPECT_EQ(secured("10.1.1.1", {{"x-forwarded-proto", "https"},
                                   {"forwarded", "for=203.0.113.9;proto=http"}}),
              false);
    EXPECT_EQ(secured("10.1.1.1", {{"x-forwarded-proto", "https"},
                                   {"forwarded", "for=203.0.113.9;proto=https"}}),
              true);
}

}  // namespace
}  // namespace rhumb::access
