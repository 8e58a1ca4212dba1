#include "identity/readable_code.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::identity {
namespace {

TEST(ReadableCodes, StandInGroupsAndAreAllDifferent) {
    std::set<std::string> all;
    for (int i = 0; i < 100; ++i) {
        const auto code = make_readable_code(3).value();
        EXPECT_THAT(code, ::testing::MatchesRegex("[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}"));
        EXPECT_EQ(code.find_first_of("ilou"), std::string::npos);
        EXPECT_EQ(normalise_readable_code(code), code);
        all.insert(code);
    }
    EXPECT_EQ(all.size(), 100U);
}

TEST(ReadableCodes, AreTheSameHoweverTheyAreTyped) {
    for (const auto* typed :
         {"k3wq-01x0", "K3WQ 01X0", "k3wq01x0", " k3-wq-01-x0 ", "K3WQ-OIXO", "k3wq-olxo"})
        EXPECT_EQ(normalise_readable_code(typed), "k3wq-01x0") << typed;
    EXPECT_EQ(digest_of_code("k3wq-01x0").value(), digest_of_code("K3WQ OLXO").value());
    EXPECT_NE(digest_of_code("k3wq-01x0").value(), digest_of_code("k3wq-01x1").value());
}

TEST(ReadableCodes, AreOfTheirOwnSignsAlone) {
    for (const std::string& typed :
         {std::string{}, std::string{"--"}, std::string{"abcu"}, std::string{"ab.c"},
          std::string{"abc\n"}, std::string{"abc\0d", 5}, std::string{"\xc3\xa4"},
          std::string(201, 'a')}) {
        EXPECT_EQ(normalise_readable_code(typed), "");
        EXPECT_FALSE(digest_of_code(typed));
    }
}

}  // namespace
}  // namespace rhumb::identity
