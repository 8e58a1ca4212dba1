#include "crypto/random.h"

#include <array>

#include <gtest/gtest.h>

namespace rhumb::crypto {
namespace {

TEST(RandomBytes, GivesAsManyAsAskedForAndNeverTheSame) {
    const auto a = random_bytes(16);
    const auto b = random_bytes(16);

    ASSERT_TRUE(a && b);
    EXPECT_EQ(a->size(), 16U);
    EXPECT_NE(*a, *b);
    EXPECT_EQ(random_bytes(0)->size(), 0U);
}

TEST(RandomSecret, IsFilled) {
    const auto secret = random_secret(32);

    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->size(), 32U);
    EXPECT_NE(secret->view(), std::string(32, '\0'));
}

TEST(RandomBelow, ReachesEveryNumberAndStaysBelowTheBound) {
    std::array<int, 5> seen{};
    for (int i = 0; i < 500; ++i) {
        const auto number = random_below(seen.size());
        ASSERT_TRUE(number);
        ASSERT_LT(*number, seen.size());
        ++seen.at(*number);
    }
    for (const int count : seen) EXPECT_GT(count, 0);
    EXPECT_EQ(*random_below(1), 0U);
}

}  // namespace
}  // namespace rhumb::crypto
