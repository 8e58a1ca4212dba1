#include "crypto/secret.h"

#include <type_traits>

#include <gtest/gtest.h>

namespace rhumb::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> &&
              std::is_nothrow_move_assignable_v<Secret>);

TEST(Secret, HoldsACopyOfWhatItWasMadeOf) {
    const auto secret = Secret::copy_of("open sesame");

    EXPECT_EQ(secret.view(), "open sesame");
    EXPECT_EQ(secret.size(), 11U);
    EXPECT_FALSE(secret.is_empty());
}

TEST(Secret, IsEmptyOnceMovedFrom) {
    auto first = Secret::copy_of("open sesame");
    auto second = std::move(first);
    first = Secret{};

    EXPECT_TRUE(first.is_empty());
    EXPECT_EQ(second.view(), "open sesame");
    second = Secret::copy_of("another");
    EXPECT_EQ(second.view(), "another");
}

TEST(Wipe, LeavesZeros) {
    std::string bytes = "open sesame";
    wipe(bytes.data(), bytes.size());
    EXPECT_EQ(bytes, std::string(11, '\0'));
}

TEST(EqualInConstantTime, ComparesSizeAndContent) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
}

}  // namespace
}  // namespace rhumb::crypto
