#include "fetch/reach.h"

#include <cstring>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace rhumb::fetch {
namespace {

sockaddr_storage address(const char* text) {
    sockaddr_storage storage{};
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        std::memcpy(&storage, &v4, sizeof v4);
    } else if (::inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        std::memcpy(&storage, &v6, sizeof v6);
    }
    return storage;
}

bool reaches(const char* text, Reach reach) {
    const auto storage = address(text);
    return is_within_reach(reinterpret_cast<const sockaddr&>(storage), reach);
}

TEST(Reach, LeavesThisMachineOut) {
    for (const auto* text : {"127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "224.0.0.1",
                             "255.255.255.255", "::", "::1", "fe80::1", "ff02::1",
                             "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1"}) {
        EXPECT_FALSE(reaches(text, Reach::not_this_machine)) << text;
        EXPECT_FALSE(reaches(text, Reach::public_only)) << text;
        EXPECT_TRUE(reaches(text, Reach::anywhere)) << text;
    }
}

TEST(Reach, LeavesPrivateNetworksOutWhereThatIsAskedFor) {
    for (const auto* text : {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                             "100.64.0.1", "fd00::1", "fec0::1", "::ffff:10.0.0.1"}) {
        EXPECT_TRUE(reaches(text, Reach::not_this_machine)) << text;
        EXPECT_FALSE(reaches(text, Reach::public_only)) << text;
    }
}

TEST(Reach, LetsThePublicThrough) {
    for (const auto* text :
         {"192.0.2.1", "11.0.0.1", "172.32.0.1", "100.128.0.1", "126.255.255.255", "128.0.0.1",
          "2001:db8::1", "::2", "64:ff9b::c000:201"})
        EXPECT_TRUE(reaches(text, Reach::public_only)) << text;
}

TEST(Reach, KnowsNoOtherFamilies) {
    sockaddr other{};
    other.sa_family = AF_UNIX;
    EXPECT_FALSE(is_within_reach(other, Reach::anywhere));
}

TEST(Reach, ShowsAddresses) {
    for (const auto* text : {"192.0.2.1", "2001:db8::1"}) {
        const auto storage = address(text);
        EXPECT_EQ(to_text(reinterpret_cast<const sockaddr&>(storage)), text);
    }
}

}  // namespace
}  // namespace rhumb::fetch
