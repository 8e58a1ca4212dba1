#include "net/address.h"

#include <cstring>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace rhumb::net {
namespace {

TEST(Address, WritesIpv6InBrackets) {
    EXPECT_EQ((Address{"192.0.2.1", 443}.to_string()), "192.0.2.1:443");
    EXPECT_EQ((Address{"2001:db8::1", 443}.to_string()), "[2001:db8::1]:443");
}

TEST(Address, ShowsIpv4InIpv6AsIpv4) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(80);
    ASSERT_EQ(::inet_pton(AF_INET6, "::ffff:192.0.2.1", &v6.sin6_addr), 1);
    sockaddr_storage name{};
    std::memcpy(&name, &v6, sizeof v6);

    EXPECT_EQ(Address::from_socket(name), (Address{"192.0.2.1", 80}));
}

}  // namespace
}  // namespace rhumb::net
