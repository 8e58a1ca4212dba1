#include "storage/sql_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(SqlQuery, GivesEachPlaceANameOfItsOwn) {
    const auto query = to_query("SELECT a FROM t WHERE b = :name OR lower(b)=:name LIMIT :count;");

    ASSERT_TRUE(query);
    EXPECT_EQ(query->text, "SELECT a FROM t WHERE b = :p0 OR lower(b)=:p1 LIMIT :p2");
    EXPECT_THAT(query->names, ElementsAre("name", "name", "count"));
}

TEST(SqlQuery, SeesNoPlacesInStringsQuotedNamesCastsAndComments) {
    const auto query = to_query(
        "SELECT ':name', 'it''s :x', \"a b\", c::text, [od d] -- don't :look\n FROM t /* :nor 'here */");

    ASSERT_TRUE(query) << query.error().message;
    EXPECT_EQ(query->text, "SELECT ':name', 'it''s :x', \"a b\", c::text, [od d]   FROM t  ");
    EXPECT_THAT(query->names, IsEmpty());
    EXPECT_TRUE(query->has_casts);
}

TEST(SqlQuery, RefusesWhatDriversReadDifferently) {
    struct Case {
        const char* text;
        const char* said;
    };
    for (const auto& [text, said] :
         {Case{"", "empty"}, Case{"  -- nothing", "empty"}, Case{"SELECT 'a", "not closed"},
          Case{"SELECT \"a", "not closed"}, Case{"SELECT /* a", "not closed"},
          Case{"SELECT a WHERE b = ?", "question mark"}, Case{"SELECT $$a$$", "dollar"},
          Case{"SELECT $1", "dollar"}, Case{"SELECT E'\\''", "E'"}, Case{"SELECT e'x'", "E'"},
          Case{"SELECT a; DROP TABLE b", "more than one"}, Case{"SELECT : a", "no name"},
          Case{"SELECT a[1:2]", "no name"}, Case{"SELECT \"a:b\"", "signs"},
          Case{"SELECT \"a'b\"", "signs"}, Case{"SELECT \xFF", "UTF-8"}}) {
        SCOPED_TRACE(text);
        const auto query = to_query(text);
        ASSERT_FALSE(query);
        EXPECT_EQ(query.error().kind, ErrorKind::invalid);
        EXPECT_THAT(query.error().message, HasSubstr(said));
    }
    EXPECT_FALSE(to_query(std::string(20'000, 'a')));
    std::string many;
    for (int i = 0; i < 65; ++i) many += ":a ";
    EXPECT_FALSE(to_query(many));
}

TEST(SqlQuery, TakesASemicolonAtTheEndAndCommentsBehindIt) {
    EXPECT_TRUE(to_query("SELECT 1; -- done\n /* really */ \n"));
    EXPECT_TRUE(to_query("SELECT LIKE'a'")) << "E of another word";
}

}  // namespace
}  // namespace rhumb::storage
