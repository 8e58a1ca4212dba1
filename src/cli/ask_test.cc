#include "cli/ask.h"

#include <gtest/gtest.h>

namespace rhumb::cli {
namespace {

TEST(Decision, KnowsYesAndNo) {
    EXPECT_EQ(to_decision(" Yes ", false), true);
    EXPECT_EQ(to_decision("y", false), true);
    EXPECT_EQ(to_decision("NO", true), false);
    EXPECT_EQ(to_decision("n", true), false);
}

TEST(Decision, TakesAnEmptyAnswerForTheUsualOne) {
    EXPECT_EQ(to_decision("", true), true);
    EXPECT_EQ(to_decision("  ", false), false);
}

TEST(Decision, DoesNotGuess) { EXPECT_EQ(to_decision("perhaps", true), std::nullopt); }

}  // namespace
}  // namespace rhumb::cli
