#include "providers/ldap_account.h"

#include <gtest/gtest.h>

namespace rhumb::providers {
namespace {

using identity::SignIn;
using namespace std::chrono_literals;
using namespace std::chrono;

config::LdapProvider ldap() {
    config::LdapProvider settings;
    settings.name_attribute = "uid";
    settings.full_name_attribute = "cn";
    settings.email_attribute = "mail";
    return settings;
}

config::LdapProvider active_directory() {
    auto settings = ldap();
    settings.flavour = config::LdapProvider::Flavour::active_directory;
    settings.name_attribute = "sAMAccountName";
    return settings;
}

TEST(LdapAccount, IsAUserOfOurs) {
    const auto user = to_user({.name = "uid=ann,dc=x",
                               .values = {{"uid", {"Ann"}},
                                          {"cn", {"Ann O'Hara", "Ann"}},
                                          {"mail", {"ann@example.org"}},
                                          {"createtimestamp", {"20250102030405Z"}},
                                          {"pwdchangedtime", {"20260102030405.123Z"}}}},
                              ldap(), "ann");
    ASSERT_TRUE(user);
    EXPECT_EQ(user->name, "Ann");
    EXPECT_EQ(user->full_name, "Ann O'Hara");
    EXPECT_EQ(user->email, "ann@example.org");
    EXPECT_EQ(user->created, Seconds{sys_days{2025y / 1 / 2} + 3h + 4min + 5s});
    EXPECT_EQ(user->password_changed, Seconds{sys_days{2026y / 1 / 2} + 3h + 4min + 5s});
    EXPECT_FALSE(user->disabled);
    EXPECT_FALSE(user->expires);
}

TEST(LdapAccount, HasTheNameByWhichItWasFound) {
    const ldap::Entry entry{.name = "x", .values = {{"uid", {"ann", "ann.ohara"}}}};
    EXPECT_EQ(to_user(entry, ldap(), "ANN.OHARA")->name, "ann.ohara");
    EXPECT_EQ(to_user(entry, ldap(), "ann@example.org")->name, "ann");
    EXPECT_EQ(to_user(entry, ldap(), "")->name, "ann");
}

TEST(LdapAccount, IsNobodyWithoutANameThatCanBeOne) {
    EXPECT_FALSE(to_user({}, ldap(), "ann"));
    for (const auto* const bad : {"", "a:b", "role/x", " ann", "a\nb"})
        EXPECT_FALSE(to_user({.name = "x", .values = {{"uid", {bad}}}}, ldap(), bad)) << bad;
    // What people read is left out when it is no line.
    const auto user =
        to_user({.name = "x", .values = {{"uid", {"ann"}}, {"cn", {std::string(5000, 'x')}}}},
                ldap(), "ann");
    ASSERT_TRUE(user);
    EXPECT_EQ(user->full_name, "");
}

TEST(LdapAccount, IsDisabledAsItsDirectorySaysIt) {
    const auto is_disabled = [](const config::LdapProvider& settings, const std::string& attribute,
                                const std::string& value) {
        const auto user = to_user(
            {.name = "x",
             .values = {{settings.name_attribute == "uid" ? "uid" : "samaccountname", {"ann"}},
                        {attribute, {value}}}},
            settings, "ann");
        return user && user->disabled.has_value();
    };
    EXPECT_TRUE(is_disabled(active_directory(), "useraccountcontrol", "514"));
    EXPECT_FALSE(is_disabled(active_directory(), "useraccountcontrol", "512"));
    EXPECT_FALSE(is_disabled(active_directory(), "useraccountcontrol", "nonsense"));
    EXPECT_TRUE(is_disabled(ldap(), "pwdaccountlockedtime", "000001010000Z"));
    EXPECT_FALSE(is_disabled(ldap(), "pwdaccountlockedtime", "20260102030405Z"));
    EXPECT_TRUE(is_disabled(ldap(), "nsaccountlock", "TRUE"));
    EXPECT_FALSE(is_disabled(ldap(), "nsaccountlock", "FALSE"));
}

TEST(LdapAccount, ExpiresAsItsDirectorySaysIt) {
    const auto expires = [](const std::string& value) {
        return to_user({.name = "x",
                        .values = {{"samaccountname", {"a"}}, {"accountexpires", {value}}}},
                       active_directory(), "a")
            ->expires;
    };
    EXPECT_FALSE(expires("0"));
    EXPECT_FALSE(expires("9223372036854775807"));
    EXPECT_EQ(expires("133801632000000000"), Seconds{sys_days{2025y / 1 / 1}});
    EXPECT_EQ(
        to_user({.name = "x", .values = {{"uid", {"a"}}, {"shadowexpire", {"20000"}}}}, ldap(), "a")
            ->expires,
        Seconds{days{20000}});
    EXPECT_FALSE(
        to_user({.name = "x", .values = {{"uid", {"a"}}, {"shadowexpire", {"-1"}}}}, ldap(), "a")
            ->expires);
}

TEST(LdapAccount, ReadsTimesAndNothingElse) {
    EXPECT_EQ(from_generalized_time("19700101000001Z"), Seconds{1s});
    EXPECT_EQ(from_generalized_time("19700101000001.0Z"), Seconds{1s});
    for (const auto* const bad : {"", "Z", "20260102030405", "20261302030405Z", "20260132030405Z",
                                  "20260102250405Z", "2026010203040Z", "20260102030405+0100",
                                  "2026010203040-5Z", "20260102030405.xZ", "-0260102030405Z"})
        EXPECT_FALSE(from_generalized_time(bad)) << bad;
    EXPECT_FALSE(from_file_time("-1"));
    EXPECT_FALSE(from_file_time("x"));
}

TEST(LdapAccount, TellsWhyTheDirectoryLetsNobodyIn) {
    using Outcome = SignIn::Outcome;
    const auto outcome = [](std::string_view data) {
        return to_outcome({.code = ldap::invalid_credentials,
                           .said = fmt::format("80090308: LdapErr: DSID-0C090446, comment: "
                                               "AcceptSecurityContext error, data {}, v4563",
                                               data)});
    };
    EXPECT_EQ(outcome("52e"), Outcome::wrong_password);
    EXPECT_EQ(outcome("525"), Outcome::no_such_user);
    EXPECT_EQ(outcome("533"), Outcome::disabled);
    EXPECT_EQ(outcome("701"), Outcome::expired);
    EXPECT_EQ(outcome("773"), Outcome::expired);
    EXPECT_EQ(outcome("775"), Outcome::disabled);
    EXPECT_EQ(to_outcome({.code = 0}), Outcome::accepted);
    EXPECT_EQ(to_outcome({.code = 0, .must_change = true}), Outcome::expired);
    EXPECT_EQ(to_outcome({.code = 49}), Outcome::wrong_password);
    EXPECT_EQ(to_outcome({.code = 49, .is_locked = true}), Outcome::disabled);
    EXPECT_EQ(to_outcome({.code = 53}), Outcome::disabled);
    // Neither yes nor no.
    EXPECT_FALSE(to_outcome({.code = 80}));
    EXPECT_FALSE(to_outcome({.code = 13}));
}

}  // namespace
}  // namespace rhumb::providers
