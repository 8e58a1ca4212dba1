#include "identity/user.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/role_store.h"

namespace rhumb::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NamesOfUsers, AreWhatPeopleAreCalled) {
    for (const auto* name : {"ann", "Ann O'Hara", "ann@example.org", "jürgen", "名前", "a.b-c_d+1"})
        EXPECT_TRUE(check_user_name(name)) << name;
    EXPECT_TRUE(check_user_name(std::string(128, 'a')));
}

TEST(NamesOfUsers, StandNextToOthersWithoutBeingTakenForThem) {
    for (const auto& name :
         {std::string{}, std::string{" ann"}, std::string{"ann "}, std::string{"a:b"},
          std::string{"a,b"}, std::string{"a;b"}, std::string{"a/b"}, std::string{"a\\b"},
          std::string{"<b>"}, std::string{"\"a\""}, std::string{"a\nb"}, std::string{"a\0b", 3},
          std::string{"a\xFF"}, std::string(129, 'a')}) {
        const auto checked = check_user_name(name);
        ASSERT_FALSE(checked) << name;
        EXPECT_EQ(checked.error().kind, ErrorKind::invalid);
    }
}

TEST(NamesOfRoles, AreNotThoseOfWhatClientsAre) {
    EXPECT_TRUE(check_role_name("planners"));
    EXPECT_TRUE(check_role_name("Everyone else"));
    for (const auto* name : {"everyone", "Authenticated", "ANONYMOUS"})
        EXPECT_FALSE(check_role_name(name)) << name;
}

TEST(NewPasswords, AreLongAndNotTheObvious) {
    EXPECT_TRUE(check_new_password("correct horse", "ann"));
    EXPECT_TRUE(check_new_password("zwölf Äpfel", "ann"));
    EXPECT_TRUE(check_new_password(std::string(512, 'a') + std::string(512, 'b'), "ann"));
    EXPECT_FALSE(check_new_password("", "ann"));
    EXPECT_FALSE(check_new_password("ninesigns", "ann"));
    EXPECT_FALSE(check_new_password("äöüäöüäöü", "ann")) << "characters count, not bytes";
    EXPECT_FALSE(check_new_password("Annabella Lee", "annabella lee"));
    EXPECT_FALSE(check_new_password("aaaaaaaaaaaaaaaa", "ann"));
    EXPECT_FALSE(check_new_password(std::string(1025, 'a') + "b", "ann"));
    EXPECT_FALSE(check_new_password("0123456789\xFF", "ann"));
}

TEST(NewPasswords, AreNeverRepeatedInWhatIsSaidOfThem) {
    EXPECT_THAT(check_new_password("hunter2", "ann").error().message,
                ::testing::Not(::testing::HasSubstr("hunter2")));
}

TEST(Users, AreActiveUntilDisabledOrExpired) {
    User user{.name = "ann"};
    const Seconds now{std::chrono::seconds{1000}};
    EXPECT_TRUE(user.is_active(now));
    user.expires = now;
    EXPECT_FALSE(user.is_active(now));
    EXPECT_TRUE(user.is_active(now - std::chrono::seconds{1}));
    user.expires.reset();
    user.disabled = now;
    EXPECT_FALSE(user.is_active(now));
}

TEST(Days, AreOverWhenTheNextBegins) {
    EXPECT_EQ(end_of_day("1970-01-01").value(), Seconds{std::chrono::days{1}});
    EXPECT_EQ(end_of_day("1970-12-31").value(), Seconds{std::chrono::days{365}});
    for (const auto* text : {"", "today", "2027-02-29", "2027-6", "2027-06-31", "1969-01-01",
                             "2027-06-30T10:00", "2027--1-3", "99999999999999999999-01-01"})
        EXPECT_FALSE(end_of_day(text)) << text;
}

TEST(Privileges, HaveWords) {
    for (const auto privilege : {Privilege::view, Privilege::publish, Privilege::administer})
        EXPECT_EQ(to_privilege(to_text(privilege)).value(), privilege);
    EXPECT_FALSE(to_privilege("Administer"));
}

TEST(Members, AreWrittenAsInRules) {
    EXPECT_EQ(to_member("user:ann").value(), (Member{Member::Kind::user, "ann"}));
    EXPECT_EQ(to_text(to_member("role:planners").value()), "role:planners");
    for (const auto* text : {"ann", "user:", "role:", "group:x", ""})
        EXPECT_FALSE(to_member(text)) << text;
}

TEST(StandingByRoles, GoesOverRolesOfRolesAndEndsOnCircles) {
    const std::vector<Role> roles{
        {.name = "admins", .privilege = Privilege::administer, .roles = {"Leads"}},
        {.name = "leads", .users = {"Ann"}, .roles = {"admins"}},
        {.name = "others", .users = {"bob"}},
        {.name = "publishers", .privilege = Privilege::publish, .roles = {"others"}},
    };
    const auto ann = standing_by(roles, "ann");
    EXPECT_THAT(ann.roles, ElementsAre("admins", "leads"));
    EXPECT_EQ(ann.privilege, Privilege::administer);
    const auto bob = standing_by(roles, "BOB");
    EXPECT_THAT(bob.roles, ElementsAre("others", "publishers"));
    EXPECT_EQ(bob.privilege, Privilege::publish);
    EXPECT_THAT(standing_by(roles, "cy").roles, IsEmpty());
    EXPECT_EQ(standing_by(roles, "cy").privilege, Privilege::view);
}

}  // namespace
}  // namespace rhumb::identity
