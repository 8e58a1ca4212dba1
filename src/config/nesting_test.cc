#include "config/nesting.h"

#include <gtest/gtest.h>

namespace rhumb::config {
namespace {

TEST(FindTooDeep, CountsBracketsAndDotsButNotWhatIsInStringsAndComments) {
    for (const char* shallow : {
             "",
             "a = 1",
             "a.b = 1",
             "a = [[1]]",
             "a = \"[[[[ a.b.c.d\"",
             "a = '{{{{'",
             "# [[[[ a.b.c.d\n",
             "a = \"\"\"[[[[\n\"\" \\\"\"\" [[[[\"\"\"",
             "a = '''[[[['''",
             "a = [1]\nb = [2]\nc = [3]",
             "a = [1.1, 2.2, 3.3]",
             "a = \"\\\"[[[[\"",
             "a = \"\"\nb = \"[[[[\"",
             "a = \"\"\"x\"\"\"\"\"\nb = '[[[['",
         }) {
        EXPECT_FALSE(find_too_deep(shallow, 2)) << shallow;
    }
}

TEST(FindTooDeep, SaysWhereTheFirstLevelTooManyIs) {
    struct Case {
        const char* text;
        Place place;
    };
    for (const auto& [text, place] : {Case{"a = [[[1]]]", {1, 7}},
                                      {"a.b.c.d = 1", {1, 6}},
                                      {"x = 1\n[a.b.c.d]", {2, 7}},
                                      {"\"a\".'b'.c.d = 1", {1, 10}},
                                      {"x = { y = { z = {} } }", {1, 17}}}) {
        const auto found = find_too_deep(text, 2);
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(found->line, place.line) << text;
        EXPECT_EQ(found->column, place.column) << text;
    }
}

TEST(FindTooDeep, StandsTextThatEndsInTheMidst) {
    for (const char* cut : {"\"", "\"\\", "'", "\"\"\"", "\"\"\"a\"\"", "'''a''", "#", "["})
        EXPECT_FALSE(find_too_deep(cut, 2)) << cut;
}

}  // namespace
}  // namespace rhumb::config
