#include "providers/moved.h"

#include <gtest/gtest.h>

#include "identity/example.h"

namespace rhumb::providers {
namespace {

config::Security in_ldap(std::string base = "ou=people,dc=example") {
    config::Security security;
    security.users = "county";
    config::LdapProvider ldap;
    ldap.urls = {"ldaps://a"};
    ldap.user_base = std::move(base);
    ldap.name_attribute = "uid";
    security.providers.push_back({.name = "county", .settings = ldap});
    return security;
}

config::LdapProvider& ldap_of(config::Security& security) {
    return std::get<config::LdapProvider>(security.providers.front().settings);
}

TEST(Moved, BoundsPasswordsAndFurtherServersLeavePeopleWhoTheyAre) {
    auto changed = in_ldap("OU=People,DC=example");
    changed.providers.front().name = changed.users = "directory";
    changed.providers.front().connections = 9;
    ldap_of(changed).urls.emplace_back("ldaps://b");
    ldap_of(changed).password_from = "store:other";
    EXPECT_EQ(people_of(changed), people_of(in_ldap()));
}

TEST(Moved, AnotherPlaceHasOtherPeople) {
    auto by_mail = in_ldap();
    ldap_of(by_mail).name_attribute = "mail";
    EXPECT_NE(people_of(by_mail), people_of(in_ldap()));
    EXPECT_NE(people_of(in_ldap("ou=other,dc=example")), people_of(in_ldap()));
    EXPECT_NE(people_of(config::Security{}), people_of(in_ldap()));
    config::Security openid;
    openid.users = "login";
    openid.providers.push_back(
        {.name = "login", .settings = config::OpenIdProvider{.issuer = "https://a"}});
    auto other = openid;
    std::get<config::OpenIdProvider>(other.providers.front().settings).issuer = "https://b";
    EXPECT_NE(people_of(openid), people_of(other));
}

class Moves : public identity::UsersAndRoles {};

TEST_F(Moves, TheTimeOfAMoveIsKeptAndANewOneOnlyAfterAnother) {
    const Seconds monday{std::chrono::seconds{1'000'000}};
    const auto later = [&](int days) { return monday + std::chrono::hours{24 * days}; };
    EXPECT_EQ(note_people_of(config::Security{}, *store_, monday), Seconds{});
    EXPECT_EQ(note_people_of(in_ldap(), *store_, later(1)), later(1));
    EXPECT_EQ(note_people_of(in_ldap(), *store_, later(2)), later(1));
    // Back in the own store: who has a name there need not be who had it in the directory.
    EXPECT_EQ(note_people_of(config::Security{}, *store_, later(3)), later(3));
    EXPECT_EQ(note_people_of(config::Security{}, *store_, later(4)), later(3));
    const auto moves = store_->read([](const storage::View& view) { return view.events(); });
    ASSERT_TRUE(moves);
    ASSERT_EQ(moves->size(), 2U);
    EXPECT_EQ(moves->front().what, "security.users-moved");
}

}  // namespace
}  // namespace rhumb::providers
