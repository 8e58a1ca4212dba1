#include "base/result.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return fail(ErrorKind::invalid, "{} is odd", number);
    return number / 2;
}

Result<int> quarter(int number) {
    TRY(const int once, half(number));
    TRY(const int twice, half(once));
    return twice;
}

Result<void> check(int number) {
    TRY_DONE(half(number));
    return {};
}

TEST(Result, TryHandsTheValueOn) { EXPECT_EQ(quarter(8).value(), 2); }

TEST(Result, TryHandsTheFirstErrorOn) {
    ASSERT_FALSE(quarter(6));
    EXPECT_EQ(quarter(6).error().message, "3 is odd");
    EXPECT_EQ(check(1).error().kind, ErrorKind::invalid);
    EXPECT_TRUE(check(2));
}

TEST(Error, SaysWithinWhatItHappened) {
    EXPECT_EQ(half(1).error().within("halving").message, "halving: 1 is odd");
}

}  // namespace
}  // namespace rhumb
