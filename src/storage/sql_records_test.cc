#include "storage/sql_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using testing::at;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(SqlRecords, ReadsAUserFromWhicheverColumnsThereAre) {
    const SqlRows rows{{"password", "name", "expires", "colour"},
                       {{"$6$x", "Ann", "2027-06-30 12:00:00", "red"}}};

    const auto user = to_user_record(rows, rows.rows[0]);

    ASSERT_TRUE(user && *user);
    EXPECT_EQ((*user)->name, "Ann");
    EXPECT_EQ((*user)->password, "$6$x");
    EXPECT_EQ((*user)->full_name, "");
    EXPECT_EQ((*user)->expires, at(1'814'356'800));
    EXPECT_FALSE((*user)->disabled);
}

TEST(SqlRecords, LeavesOutARowWithoutAName) {
    const SqlRows rows{{"name"}, {{std::nullopt}, {""}}};

    for (const auto& row : rows.rows) {
        const auto user = to_user_record(rows, row);
        ASSERT_TRUE(user);
        EXPECT_FALSE(*user);
    }
}

TEST(SqlRecords, SaysWhichColumnIsMissingOrMakesNoSense) {
    const SqlRows nameless{{"login"}, {{"ann"}}};
    const SqlRows timeless{{"name", "expires"}, {{"ann", "soon"}}};

    const auto missing = to_user_record(nameless, nameless.rows[0]);
    const auto senseless = to_user_record(timeless, timeless.rows[0]);

    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("«name»"));
    ASSERT_FALSE(senseless) << "an expiry that cannot be read must not mean: never";
    EXPECT_THAT(senseless.error().message, HasSubstr("«expires»"));
}

TEST(SqlRecords, TakesWhateverIsNotNoForDisabled) {
    for (const auto* word : {"", "0", "f", "F", "false", "no", "N", " "})
        EXPECT_FALSE(to_disabled(word)) << word;
    EXPECT_FALSE(to_disabled(std::nullopt));
    for (const auto* word : {"1", "t", "true", "yes", "-1", "locked", "\xFF"})
        EXPECT_EQ(to_disabled(word), Seconds{}) << word;
    EXPECT_EQ(to_disabled("1700000000"), at(1'700'000'000));
    EXPECT_EQ(to_disabled("2023-11-14 22:13:20"), at(1'700'000'000));
}

TEST(SqlRecords, GathersRolesWithTheirMembers) {
    const SqlRows rows{{"role", "kind", "member", "description"},
                       {{"planners", "user", "ann", "draw"},
                        {"Planners", "role", "heads", "draw"},
                        {"editors", std::nullopt, std::nullopt, std::nullopt},
                        {std::nullopt, "user", "ann", ""}}};

    const auto roles = to_roles(rows);

    ASSERT_TRUE(roles);
    ASSERT_EQ(roles->size(), 2U);
    EXPECT_EQ((*roles)[0].role.name, "editors");
    EXPECT_THAT((*roles)[0].members, IsEmpty());
    EXPECT_EQ((*roles)[1].role.description, "draw");
    EXPECT_THAT((*roles)[1].members,
                ElementsAre(Membership{"planners", Membership::Kind::user, "ann"},
                            Membership{"planners", Membership::Kind::role, "heads"}));
}

TEST(SqlRecords, FollowsRolesOfRolesAndEndsOnCircles) {
    const SqlRows rows{{"role", "kind", "member"},
                       {{"a", "user", "Ann"},
                        {"b", "role", "A"},
                        {"c", "role", "b"},
                        {"a", "role", "c"},
                        {"d", "role", "e"},
                        {"f", "user", "bob"}}};

    EXPECT_THAT(roles_by(rows, "ann").value(), ElementsAre("a", "b", "c"));
    EXPECT_THAT(roles_by(rows, "eve").value(), IsEmpty());
}

TEST(SqlRecords, TakesPlainRowsAsRolesOfTheUser) {
    const SqlRows rows{{"role"}, {{"b"}, {"a"}, {std::nullopt}, {"B"}}};

    EXPECT_THAT(roles_by(rows, "ann").value(), ElementsAre("a", "b"));
    EXPECT_FALSE(roles_by({{"group"}, {{"b"}}}, "ann"));
}

}  // namespace
}  // namespace rhumb::storage
