#include "net/resolve.h"

#include <gtest/gtest.h>

namespace rhumb::net {
namespace {

using namespace std::chrono_literals;

auto soon() { return std::chrono::steady_clock::now() + 10s; }

TEST(Resolve, TakesLiteralAddressesAsTheyAre) {
    const auto v4 = resolve("192.0.2.7", 636, soon());
    ASSERT_TRUE(v4) << v4.error().message;
    EXPECT_EQ(*v4, (std::vector<Address>{{"192.0.2.7", 636}}));
    const auto v6 = resolve("2001:db8::1", 389, soon());
    ASSERT_TRUE(v6) << v6.error().message;
    EXPECT_EQ(*v6, (std::vector<Address>{{"2001:db8::1", 389}}));
}

TEST(Resolve, FindsThisMachine) {
    const auto found = resolve("localhost", 389, soon());
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_FALSE(found->empty());
    EXPECT_EQ(found->front().port, 389);
}

TEST(Resolve, SaysWhatItLookedFor) {
    // RFC 6761: never there. Where name servers do not answer at all it is `unavailable`.
    const auto missing = resolve("directory.invalid", 389, soon());
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("directory.invalid"), std::string::npos);
}

TEST(Resolve, DoesNotOutliveItsDeadline) {
    const auto begin = std::chrono::steady_clock::now();
    const auto late = resolve("directory.invalid", 389, begin);
    ASSERT_FALSE(late);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

}  // namespace
}  // namespace rhumb::net
