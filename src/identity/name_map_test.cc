#include "identity/name_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::identity {
namespace {

using ::testing::HasSubstr;
constexpr auto user = Member::Kind::user;
constexpr auto role = Member::Kind::role;

TEST(AMapOfNames, SaysWhatSomebodyIsCalledElsewhere) {
    const auto map =
        NameMap::read("user:Ann,user:anna\n role:gis admins , role:administrators\nuser:eve,\n");
    ASSERT_TRUE(map) << map.error().message;
    EXPECT_EQ(map->find(user, "ANN"), "anna");
    EXPECT_EQ(map->find(role, "gis admins"), "administrators");
    EXPECT_EQ(map->find(role, "ann"), "ann");
    EXPECT_EQ(map->find(user, "Bob"), "Bob");
    EXPECT_EQ(map->find(user, "eve"), std::nullopt);
}

TEST(AMapOfNames, ThatIsEmptyLeavesEveryNameAsItIs) {
    EXPECT_EQ(NameMap{}.find(user, "ann"), "ann");
    EXPECT_EQ(NameMap::read("")->find(role, "a"), "a");
}

TEST(AMapOfNames, IsRefusedWithTheLine) {
    const std::pair<const char*, const char*> faults[] = {
        {"user:a,user:b\nann,anna", "line 2"},
        {"user:a", "not two columns"},
        {"user:a,user:b,user:c", "not two columns"},
        {"user:a,role:b", "a user and a role"},
        {"user:a,user:b\nuser:A,user:c", "line 2: «A» is there twice"},
        {"user:a,user:b/c", "line 1"},
    };
    for (const auto& [text, message] : faults) {
        const auto map = NameMap::read(text);
        ASSERT_FALSE(map) << text;
        EXPECT_EQ(map.error().kind, ErrorKind::invalid);
        EXPECT_THAT(map.error().message, HasSubstr(message));
    }
}

}  // namespace
}  // namespace rhumb::identity
