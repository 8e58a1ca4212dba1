#include "providers/ldap.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "crypto/random.h"
#include "identity/example.h"
#include "ldap/example_directory.h"

namespace rhumb::providers {
namespace {

using identity::SignIn;
using Outcome = SignIn::Outcome;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// Users and groups of a real slapd, as the kind gives them without guard and memory.
class Ldap : public identity::UsersAndRoles {
protected:
    void SetUp() override {
        if (!ldap::has_slapd()) GTEST_SKIP() << "no slapd on this machine";
        std::ofstream{password_} << "the password of rhumb\n";
        std::filesystem::permissions(
            password_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }
    void TearDown() override { std::filesystem::remove(password_); }

    config::Provider configuration(const ldap::ExampleDirectory& directory) const {
        config::LdapProvider settings{
            .urls = {directory.secure().to_string()},
            .roots_file = directory.roots_file(),
            .bind_dn = "cn=rhumb,dc=example,dc=org",
            .password_from = "file:" + password_,
            .user_base = "ou=people,dc=example,dc=org",
            .user_filter = "(&(objectClass=person)(uid={name}))",
            .name_attribute = "uid",
            .full_name_attribute = "cn",
            .email_attribute = "mail",
            .group_base = "ou=groups,dc=example,dc=org",
            .group_filter = "(objectClass=groupOfNames)",
            .group_name_attribute = "cn",
            .member_attribute = "member",
            .page_size = 2,
        };
        return {.name = "county",
                .settings = settings,
                .time_limit_seconds = 2s,
                .publishers = {"Editors"}};
    }
    /// The settings changed before anything is made of them.
    std::unique_ptr<Provider> make(
        const ldap::ExampleDirectory& directory,
        const std::function<void(config::LdapProvider&)>& change = [](auto&) {}) {
        auto provider = configuration(directory);
        change(std::get<config::LdapProvider>(provider.settings));
        auto made = make_provider(provider, surroundings_);
        EXPECT_TRUE(made) << made.error().message;
        return made ? *std::move(made) : nullptr;
    }
    static Outcome outcome(Provider& provider, std::string_view name, std::string_view password) {
        const auto came = provider.users()->sign_in(name, password);
        EXPECT_TRUE(came) << came.error().message;
        return came ? came->outcome : Outcome::elsewhere;
    }
    using Names = std::vector<std::string>;
    static Names roles(Provider& provider, std::string_view name) {
        const auto standing = provider.roles()->standing(name);
        EXPECT_TRUE(standing) << standing.error().message;
        return standing ? standing->roles : Names{"?"};
    }

    std::string password_ =
        std::filesystem::temp_directory_path() /
        fmt::format("rhumb-ldap-{}-{}", ::getpid(), steady_clock::now().time_since_epoch().count());
    observe::Log log_ = observe::Log::to_nowhere();
    crypto::Seal seal_{*crypto::Seal::make(*crypto::random_secret(crypto::Seal::key_size))};
    Surroundings surroundings_{.store = *store_, .seal = seal_, .clock = clock_, .log = log_};
};

TEST_F(Ldap, FindsUsersAndTriesTheirPasswords) {
    const ldap::ExampleDirectory directory;
    const auto provider = make(directory);
    const auto ann = provider->users()->find("ANN");
    ASSERT_TRUE(ann) << ann.error().message;
    ASSERT_TRUE(*ann);
    EXPECT_EQ((*ann)->name, "ann");
    EXPECT_EQ((*ann)->full_name, "Ann O'Hara");
    EXPECT_EQ((*ann)->email, "ann@example.org");
    EXPECT_GT((*ann)->created, Seconds{});
    EXPECT_EQ(outcome(*provider, "ann", "a password of ann"), Outcome::accepted);
    EXPECT_EQ(outcome(*provider, "ann", "a password of bob"), Outcome::wrong_password);
    EXPECT_EQ(outcome(*provider, "eve", "a password of eve"), Outcome::accepted);
    EXPECT_EQ(outcome(*provider, "nobody", "a password of ann"), Outcome::no_such_user);
    EXPECT_FALSE(*provider->users()->find("nobody"));
}

TEST_F(Ldap, LetsNobodyInWithoutAPassword) {
    const ldap::ExampleDirectory directory;
    EXPECT_EQ(outcome(*make(directory), "ann", ""), Outcome::wrong_password);
    EXPECT_EQ(outcome(*make(directory), "nobody", ""), Outcome::wrong_password);
    const auto direct = make(directory, [](auto& settings) {
        settings.bind = config::LdapProvider::Bind::direct;
        settings.direct_dn = "uid={name},ou=people,dc=example,dc=org";
    });
    EXPECT_EQ(outcome(*direct, "ann", ""), Outcome::wrong_password);
}

TEST_F(Ldap, TakesWhatSomebodyTypedForANameAndNothingElse) {
    const ldap::ExampleDirectory directory;
    const auto provider = make(directory);
    const auto direct = make(directory, [](auto& settings) {
        settings.bind = config::LdapProvider::Bind::direct;
        settings.direct_dn = "uid={name},ou=people,dc=example,dc=org";
    });
    using namespace std::string_literals;
    for (const auto& name :
         {"*"s, "a*"s, "*)(uid=*"s, "ann)(objectClass=*"s, "*))(|(uid=*"s, "ann\0"s, "\\2a"s,
          "ann,ou=people"s, "x+uid=ann"s, "ann)(&(uid=ann"s, std::string(5000, '('), ""s}) {
        const auto found = provider->users()->find(name);
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_FALSE(*found) << name;
        EXPECT_EQ(outcome(*provider, name, "a password of ann"), Outcome::no_such_user) << name;
        EXPECT_NE(outcome(*direct, name, "a password of ann"), Outcome::accepted) << name;
        EXPECT_EQ(roles(*provider, name), Names{});
    }
}

TEST_F(Ldap, RefusesANameThatSeveralHave) {
    const ldap::ExampleDirectory directory;
    const auto provider = make(directory);
    const auto found = provider->users()->find("twin");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::conflict);
    EXPECT_NE(found.error().message.find("user_filter"), std::string::npos);
    EXPECT_FALSE(provider->users()->sign_in("twin", "a password of twins"));
    // Nobody else is harmed.
    EXPECT_EQ(outcome(*provider, "ann", "a password of ann"), Outcome::accepted);
}

TEST_F(Ldap, BindsDirectlyAsTheEntryThatANameStandsFor) {
    const ldap::ExampleDirectory directory{
        {.more_settings = "access to * by users read by anonymous auth"}};
    const auto provider = make(directory, [](auto& settings) {
        settings.bind = config::LdapProvider::Bind::direct;
        settings.direct_dn = "uid={name},ou=people,dc=example,dc=org";
    });
    EXPECT_EQ(outcome(*provider, "ann", "a password of ann"), Outcome::accepted);
    EXPECT_EQ(outcome(*provider, "ann", "wrong"), Outcome::wrong_password);
    EXPECT_EQ(outcome(*provider, "nobody", "wrong"), Outcome::wrong_password);
    EXPECT_TRUE(*provider->users()->find("ann"));
    // Her name in full is another: she is not found by this one.
    EXPECT_FALSE(*provider->users()->find("eve"));
    EXPECT_EQ(roles(*provider, "ann"), (Names{"editors", "everybody (all)", "ring", "staff"}));
}

TEST_F(Ldap, WalksThroughGroupsInGroupsAndCircles) {
    const ldap::ExampleDirectory directory;
    const auto provider = make(directory);
    EXPECT_EQ(roles(*provider, "ann"), (Names{"editors", "everybody (all)", "ring", "staff"}));
    EXPECT_EQ(roles(*provider, "eve"), (Names{"editors", "everybody (all)", "ring", "staff"}));
    EXPECT_EQ(roles(*provider, "bob"), (Names{"everybody (all)", "ring", "staff"}));
    EXPECT_EQ(roles(*provider, "nobody"), Names{});
    EXPECT_EQ(provider->roles()->standing("ann")->privilege, identity::Privilege::publish);
    EXPECT_EQ(provider->roles()->standing("bob")->privilege, identity::Privilege::view);
    const auto flat = make(directory, [](auto& settings) { settings.nested_groups = false; });
    EXPECT_EQ(roles(*flat, "ann"), Names{"editors"});
    const auto posix = make(directory, [](auto& settings) {
        settings.group_filter = "(objectClass=posixGroup)";
        settings.member_attribute = "memberUid";
    });
    EXPECT_EQ(roles(*posix, "bob"), Names{"drivers"});
    EXPECT_EQ(roles(*posix, "ann"), Names{});
    // What does not say that it is an Active Directory is walked through as any other.
    const auto other = make(directory, [](auto& settings) {
        settings.flavour = config::LdapProvider::Flavour::active_directory;
    });
    EXPECT_EQ(roles(*other, "bob"), (Names{"everybody (all)", "ring", "staff"}));
}

TEST_F(Ldap, ListsUsersPageByPage) {
    std::string more;
    for (int i = 0; i < 50; ++i)
        more += fmt::format(
            "\ndn: uid=p{0:02},ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: "
            "p{0:02}\ncn: Person {0}\nsn: x\n",
            (i * 37) % 50);
    const ldap::ExampleDirectory directory{{.more_entries = more}};
    const auto provider = make(directory);
    Names names;
    identity::Page page{.contains = "p", .count_max = 20};
    for (;;) {
        const auto next = provider->users()->list(page);
        ASSERT_TRUE(next) << next.error().message;
        for (const auto& user : *next) names.push_back(user.name);
        if (next->size() < page.count_max) break;
        page.after = next->back().name;
    }
    ASSERT_EQ(names.size(), 50U);
    EXPECT_TRUE(std::ranges::is_sorted(names));
    EXPECT_EQ(names.front(), "p00");
    EXPECT_EQ(provider->users()->list({.contains = "O'Hara"})->size(), 1U);
    EXPECT_EQ(provider->users()->list({.contains = "signs *"})->size(), 1U);
    EXPECT_EQ(provider->users()->list({.contains = "*"})->size(), 1U);
}

TEST_F(Ldap, ListsRolesWithTheirMembers) {
    const ldap::ExampleDirectory directory;
    const auto listed = make(directory)->roles()->list();
    ASSERT_TRUE(listed) << listed.error().message;
    ASSERT_EQ(listed->size(), 4U);
    EXPECT_EQ((*listed)[0].name, "editors");
    EXPECT_EQ((*listed)[0].description, "who may edit");
    EXPECT_EQ((*listed)[0].privilege, identity::Privilege::publish);
    EXPECT_EQ((*listed)[0].users, (Names{"ann", "eve"}));
    EXPECT_EQ((*listed)[1].roles, (Names{"ring", "staff"}));
    EXPECT_EQ((*listed)[3].users, Names{"bob"});
    EXPECT_EQ((*listed)[3].roles, Names{"editors"});
}

TEST_F(Ldap, SaysThatADirectoryGivesNoMore) {
    const ldap::ExampleDirectory directory{{.more_settings = "sizelimit 3"}};
    const auto provider = make(directory);
    const auto cut = provider->users()->list({});
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().kind, ErrorKind::too_large) << cut.error().message;
    EXPECT_EQ(provider->users()->list({.contains = "ann"})->size(), 1U);
}

TEST_F(Ldap, IsUnavailableWhileTheDirectoryHangsOrIsGone) {
    ldap::ExampleDirectory directory;
    const auto provider = make(directory);
    ASSERT_EQ(outcome(*provider, "ann", "a password of ann"), Outcome::accepted);
    directory.hang();
    const auto begin = steady_clock::now();
    const auto hung = provider->users()->sign_in("ann", "a password of ann");
    ASSERT_FALSE(hung);
    EXPECT_EQ(hung.error().kind, ErrorKind::unavailable);
    EXPECT_LT(steady_clock::now() - begin, 4s);
    EXPECT_FALSE(provider->roles()->standing("ann"));
    directory.go_on();
    directory.end();
    const auto gone = provider->users()->find("ann");
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind, ErrorKind::unavailable);
    EXPECT_NE(gone.error().message.find("«county»"), std::string::npos) << gone.error().message;
    EXPECT_EQ(gone.error().message.find("password of"), std::string::npos);
    directory.start();
    EXPECT_EQ(outcome(*provider, "ann", "a password of ann"), Outcome::accepted);
}

TEST_F(Ldap, HeedsTheDirectorysPasswordPolicy) {
    const ldap::ExampleDirectory directory{
        {.more_entries = "\ndn: cn=policy,dc=example,dc=org\nobjectClass: device\nobjectClass: "
                         "pwdPolicy\ncn: policy\npwdAttribute: userPassword\npwdLockout: TRUE\n"
                         "pwdMaxFailure: 2\npwdMustChange: TRUE\n",
         .more_settings = "ppolicy_default \"cn=policy,dc=example,dc=org\""}};
    const auto provider = make(directory);
    EXPECT_EQ(outcome(*provider, "bob", "a password of bob"), Outcome::accepted);
    EXPECT_EQ(outcome(*provider, "bob", "wrong"), Outcome::wrong_password);
    EXPECT_EQ(outcome(*provider, "bob", "wrong again"), Outcome::wrong_password);
    EXPECT_NE(outcome(*provider, "bob", "a password of bob"), Outcome::accepted) << "locked";
    // Who is in already is not thrown out by somebody who guesses.
    EXPECT_FALSE((*provider->users()->find("bob"))->disabled);
    directory.change(
        "dn: uid=bob,ou=people,dc=example,dc=org\nchangetype: modify\nreplace: "
        "pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n");
    EXPECT_TRUE((*provider->users()->find("bob"))->disabled);
}

TEST_F(Ldap, TriesAConnectionStepByStep) {
    ldap::ExampleDirectory directory;
    const auto tried = [&](const std::function<void(config::LdapProvider&)>& change) {
        return make(directory, change)->test_connection();
    };
    const auto usual = tried([](auto&) {});
    EXPECT_TRUE(usual.is_good());
    EXPECT_EQ(usual.steps.size(), 5U);
    EXPECT_NE(usual.steps[3].said.find("found: "), std::string::npos);

    const auto last = [](const ConnectionTest& test) {
        EXPECT_FALSE(test.is_good());
        EXPECT_NE(test.steps.back().remedy, "") << test.steps.back().said;
        return test.steps.back();
    };
    EXPECT_NE(
        last(tried([](auto& settings) { settings.roots_file.clear(); })).remedy.find("rhumb trust"),
        std::string::npos);
    EXPECT_NE(last(tried([](auto& settings) {
                  settings.bind_dn = "cn=other,dc=example,dc=org";
              })).said.find("«cn=other,dc=example,dc=org»"),
              std::string::npos);
    EXPECT_EQ(
        last(tried([](auto& settings) { settings.user_base = "ou=none,dc=example,dc=org"; })).what,
        "users");
    const auto nothing = tried([](auto& settings) { settings.user_filter = "(cn={name}x)"; });
    EXPECT_EQ(nothing.steps.back().what, "users");
    EXPECT_FALSE(nothing.is_good());
    EXPECT_EQ(tried([](auto& settings) { settings.group_base = "ou=none,dc=example,dc=org"; })
                  .steps.back()
                  .what,
              "groups");
    directory.end();
    EXPECT_EQ(last(tried([](auto&) {})).what.substr(0, 13), "connection to");
}

TEST_F(Ldap, RefusesSettingsThatMakeNoSense) {
    const ldap::ExampleDirectory directory;
    const auto refused = [&](const std::function<void(config::LdapProvider&)>& change) {
        auto provider = configuration(directory);
        change(std::get<config::LdapProvider>(provider.settings));
        const auto made = make_provider(provider, surroundings_);
        return made ? std::string{} : made.error().message;
    };
    EXPECT_NE(refused([](auto& s) { s.user_filter = "(uid={name}"; }).find("user_filter"),
              std::string::npos);
    EXPECT_NE(refused([](auto& s) { s.group_filter = "()"; }).find("group_filter"),
              std::string::npos);
    EXPECT_NE(refused([](auto& s) { s.user_base = "people"; }).find("user_base"),
              std::string::npos);
    EXPECT_NE(refused([](auto& s) { s.urls = {"ldapi:///"}; }).find("ldapi"), std::string::npos);
    EXPECT_NE(refused([](auto& s) { s.password_from = "file:/nowhere"; }).find("/nowhere"),
              std::string::npos);
}

}  // namespace
}  // namespace rhumb::providers
