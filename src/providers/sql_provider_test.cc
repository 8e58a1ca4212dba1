#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/embedded_users.h"
#include "identity/hash_keeper.h"
#include "providers/sql.h"
#include "storage/sql_testing.h"
#include "storage/users.h"

namespace rhumb::providers {
namespace {

using identity::Member;
using identity::Privilege;
using identity::SignIn;
using storage::testing::at;
using storage::testing::must;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

storage::testing::PostgresForTests* postgres = nullptr;  // for as long as the program runs

constexpr std::string_view good = "correct horse";

/// A provider with a schema of its own in the PostgreSQL of the tests.
class ASqlProvider : public ::testing::Test {
protected:
    ASqlProvider() {
        static int count = 0;
        const auto place = postgres->place();
        config::SqlProvider sql;
        sql.host = place.host;
        sql.port = place.port;
        sql.database = place.database;
        sql.user = place.user;
        sql.password_from = "file:" + postgres->fact("password_file");
        sql.roots_file = place.roots_file;
        sql.schema = fmt::format("provider{}", ++count);
        provider_.name = "county";
        provider_.settings = sql;
        provider_.administrators = {"GIS-Admins"};
        provider_.publishers = {"editors"};
        must(store_.transact([](storage::Transaction& transaction) {
            return transaction.put_setting("password-cost", "1 8192");
        }));
    }

    config::SqlProvider& settings() { return std::get<config::SqlProvider>(provider_.settings); }

    /// With its tables.
    Provider& own() {
        EXPECT_TRUE(must(create_sql_tables(provider_, surroundings_, actor_)));
        return open();
    }
    Provider& open() {
        made_ = must(make_sql(provider_, surroundings_));
        return *made_;
    }

    std::vector<std::string> trail() {
        std::vector<std::string> all;
        for (const auto& event :
             must(store_.read([](const storage::View& view) { return view.events(); })))
            all.insert(all.begin(),
                       fmt::format("{} {} ({})", event.what, event.subject, event.detail));
        return all;
    }

    storage::testing::TemporaryDirectory directory_;
    storage::Store store_ = must(storage::Store::open(directory_.path()));
    crypto::Seal seal_ = must(crypto::Seal::make(crypto::Secret::copy_of(std::string(32, 'k'))));
    ManualClock clock_{at(1'000'000)};
    observe::Log log_ = observe::Log::to_nowhere();
    Surroundings surroundings_{store_, seal_, clock_, log_};
    observe::Actor actor_{"root", "here"};
    config::Provider provider_;
    std::unique_ptr<Provider> made_;
};

TEST_F(ASqlProvider, LetsInWhoHasTheRightPasswordAndIsActive) {
    auto& users = *own().users();
    must(users.editor()->add({.name = "Ann", .full_name = "Ann O'Hara"}, good, actor_));
    must(users.editor()->add({.name = "bob", .expires = at(900'000)}, good, actor_));
    must(users.editor()->add({.name = "carl"}, std::nullopt, actor_));
    const auto outcome = [&](std::string_view name, std::string_view password) {
        return must(users.sign_in(name, password)).outcome;
    };

    const auto ann = must(users.sign_in("ANN", good));
    EXPECT_TRUE(ann.is_accepted());
    EXPECT_EQ(ann.user->name, "Ann");
    EXPECT_TRUE(ann.user->has_password);
    EXPECT_EQ(ann.user->password_changed, clock_.now());
    EXPECT_EQ(outcome("ann", "wrong horse"), SignIn::Outcome::wrong_password);
    EXPECT_EQ(outcome("bob", good), SignIn::Outcome::expired);
    EXPECT_EQ(outcome("carl", good), SignIn::Outcome::wrong_password);
    EXPECT_EQ(outcome("eve", good), SignIn::Outcome::no_such_user);
    EXPECT_EQ(outcome("ann'; --", good), SignIn::Outcome::no_such_user);
    auto disabled = *ann.user;
    disabled.disabled = clock_.now();
    must(users.editor()->update("ann", disabled, actor_));
    EXPECT_EQ(outcome("ann", good), SignIn::Outcome::disabled);
}

TEST_F(ASqlProvider, WritesEveryChangeIntoTheTrailAndNoPasswords) {
    auto& provider = own();
    auto& users = *provider.users()->editor();
    auto& roles = *provider.roles()->editor();

    must(users.add({.name = "ann"}, good, actor_));
    must(users.set_password("ANN", "battery staple", actor_));
    must(users.update("ann", {.name = "ann", .email = "a@example.org"}, actor_));
    must(roles.add({.name = "planners"}, actor_));
    EXPECT_TRUE(must(roles.give("planners", {Member::Kind::user, "ann"}, actor_)));
    EXPECT_FALSE(must(roles.give("planners", {Member::Kind::user, "ann"}, actor_)));
    EXPECT_TRUE(must(roles.take("planners", {Member::Kind::user, "ann"}, actor_)));
    must(roles.remove("planners", actor_));
    must(users.remove("ann", actor_));
    EXPECT_FALSE(users.remove("ann", actor_)) << "she is gone";

    EXPECT_THAT(trail(),
                ElementsAre("provider.tables-made county (in county)", "user.added ann (in county)",
                            "user.password-changed ann (in county)",
                            "user.changed ann (e-mail address; in county)",
                            "role.added planners (in county)",
                            "role.given planners (to user:ann; in county)",
                            "role.taken planners (from user:ann; in county)",
                            "role.removed planners (in county)", "user.removed ann (in county)"));
}

TEST_F(ASqlProvider, RefusesWhatNoUserMayBeCalledAndPasswordsThatAreTooEasy) {
    auto& users = *own().users()->editor();

    EXPECT_EQ(users.add({.name = "a;b"}, good, actor_).error().kind, ErrorKind::invalid);
    EXPECT_EQ(users.add({.name = "ann"}, "short", actor_).error().kind, ErrorKind::invalid);
    must(users.add({.name = "ann"}, good, actor_));
    EXPECT_EQ(users.add({.name = "ANN"}, good, actor_).error().kind, ErrorKind::conflict);
    EXPECT_EQ(users.update("ann", {.name = "anna"}, actor_).error().kind, ErrorKind::conflict)
        << "a second factor goes by the name";
}

TEST_F(ASqlProvider, HasPrivilegesFromItsListsAlone) {
    auto& provider = own();
    auto& roles = *provider.roles();
    for (const auto* name : {"gis-admins", "editors", "heads", "planners"})
        must(roles.editor()->add({.name = name}, actor_));
    must(roles.editor()->give("heads", {Member::Kind::user, "ann"}, actor_));
    must(roles.editor()->give("gis-admins", {Member::Kind::role, "heads"}, actor_));
    must(roles.editor()->give("editors", {Member::Kind::user, "bob"}, actor_));

    EXPECT_EQ(must(roles.standing("ANN")).privilege, Privilege::administer);
    EXPECT_THAT(must(roles.standing("ann")).roles, ElementsAre("gis-admins", "heads"));
    EXPECT_EQ(must(roles.standing("bob")).privilege, Privilege::publish);
    EXPECT_EQ(must(roles.standing("eve")).privilege, Privilege::view);
    const auto refused =
        roles.editor()->add({.name = "more", .privilege = Privilege::administer}, actor_);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("list administrators"));
    EXPECT_EQ(must(roles.list()).at(1).privilege, Privilege::administer);
}

TEST_F(ASqlProvider, MakesNoCirclesOfRoles) {
    auto& roles = *own().roles()->editor();
    for (const auto* name : {"a", "b", "c"}) must(roles.add({.name = name}, actor_));
    must(roles.give("b", {Member::Kind::role, "a"}, actor_));
    must(roles.give("c", {Member::Kind::role, "b"}, actor_));

    EXPECT_EQ(roles.give("a", {Member::Kind::role, "c"}, actor_).error().kind, ErrorKind::conflict);
    EXPECT_EQ(roles.give("a", {Member::Kind::role, "A"}, actor_).error().kind, ErrorKind::conflict);
    EXPECT_EQ(roles.give("a", {Member::Kind::role, "d"}, actor_).error().kind,
              ErrorKind::not_found);
}

TEST_F(ASqlProvider, TakesHashesAlongAndGivesThemBack) {
    auto& users = *own().users();
    auto* const keeper = dynamic_cast<identity::HashKeeper*>(&users);
    ASSERT_NE(keeper, nullptr);
    must(users.editor()->add({.name = "ann"}, std::nullopt, actor_));
    const auto hash = must(crypto::hash_password("of the other store", {1, 8192}));

    must(keeper->put_hash("ann", hash, at(500), actor_));

    EXPECT_EQ(must(keeper->hash_of("ANN")), hash);
    EXPECT_TRUE(must(users.sign_in("ann", "of the other store")).is_accepted());
    EXPECT_EQ(must(users.find("ann"))->password_changed, at(500));
    EXPECT_EQ(keeper->put_hash("ann", "plain", at(500), actor_).error().kind, ErrorKind::invalid);
    EXPECT_EQ(keeper->put_hash("eve", hash, at(500), actor_).error().kind, ErrorKind::not_found);
    for (const auto& line : trail()) EXPECT_THAT(line, Not(HasSubstr("argon2")));
}

TEST_F(ASqlProvider, OnlyReadsExistingTablesAndLeavesOutWhatCannotBeAName) {
    settings().queries = {
        .find_user = "SELECT :name AS name",
        .list_users =
            "SELECT n AS name, repeat('ä', 400) AS full_name, 'a' || chr(9) || 'b' AS email FROM"
            " (VALUES ('ann'), ('a;b'), ('tab' || chr(9) || 'here'), (' blank'), ('bob')) AS t (n)",
        .roles_of =
            "SELECT r AS role FROM (VALUES ('planners'), ('Everyone'), ('a/b')) AS t (r)"
            " WHERE :user = 'ann'"};
    auto& provider = open();

    EXPECT_EQ(provider.users()->editor(), nullptr);
    EXPECT_EQ(provider.roles()->editor(), nullptr);
    const auto users = must(provider.users()->list({}));
    ASSERT_EQ(users.size(), 2U);
    EXPECT_EQ(users[0].name, "ann");
    EXPECT_EQ(users[0].email, "a b");
    EXPECT_EQ(users[0].full_name.size(), 500U);
    EXPECT_FALSE(users[0].has_password);
    EXPECT_EQ(users[1].name, "bob");
    EXPECT_THAT(must(provider.roles()->standing("ann")).roles, ElementsAre("planners"))
        << "generic roles are nobody's to give";
    EXPECT_FALSE(create_sql_tables(provider_, surroundings_, actor_));
    const auto gone = provider.roles()->list();
    ASSERT_FALSE(gone);
    EXPECT_THAT(gone.error().message, HasSubstr("list_roles"));
}

TEST_F(ASqlProvider, CostsAsMuchForANameThatNobodyHas) {
    // bcrypt at cost 10 takes far longer than the hash of nobody's that is there at first.
    settings().queries = {.find_user =
                              "SELECT :name AS name, '$2b$10$mapsOfTheWholeCounty..1muVbBlalLrq3Df5"
                              "IGIBmhj.3NRkoQm' AS password WHERE :name = 'ann'"};
    auto& users = *open().users();
    const auto seconds = [&](std::string_view name) {
        timespec begun{};
        timespec ended{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
        must(users.sign_in(name, "a wrong password"));
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ended);
        return static_cast<double>(ended.tv_sec - begun.tv_sec) +
               static_cast<double>(ended.tv_nsec - begun.tv_nsec) / 1e9;
    };

    const auto known = seconds("ann");
    const auto unknown = seconds("eve");

    EXPECT_GT(unknown, known / 2);
    EXPECT_LT(unknown, known * 2);
}

TEST_F(ASqlProvider, TellsEachStepOfATriedConnection) {
    const auto steps = [&] {
        std::vector<std::string> all;
        for (const auto& step : open().test_connection().steps)
            all.push_back(fmt::format("{}{}: {}", step.is_good ? "" : "! ", step.what, step.said));
        return all;
    };

    EXPECT_THAT(steps(), Contains(HasSubstr("! tables in the schema")));
    auto& users = *own().users()->editor();
    must(users.add({.name = "ann"}, good, actor_));
    EXPECT_THAT(steps(),
                ElementsAre(HasSubstr("this machine"), "name localhost: it is found",
                            "port of localhost: it answers", "encryption: TLS came about",
                            "certificate of localhost: it is trusted, valid, and for this name",
                            "room: it takes connections", "user rhumb: it is let in",
                            HasSubstr("database people: it is there: PostgreSQL"),
                            HasSubstr("they are there"), "users: users are found (ann)"));

    settings().roots_file = "";
    const auto untrusted = steps();
    EXPECT_THAT(untrusted.back(), HasSubstr("! certificate of localhost: "));
    EXPECT_THAT(untrusted.back(), Not(HasSubstr("SSL error"))) << "in plain words";
    settings().roots_file = "/nowhere.pem";
    EXPECT_THAT(steps(), ElementsAre(HasSubstr("! this machine: ")));
}

TEST_F(ASqlProvider, IsUnavailableByNameAndWithARemedyWhenNobodyAnswers) {
    settings().port = 1;
    auto& provider = open();

    for (const auto& error :
         {provider.users()->find("ann").error(), provider.users()->sign_in("ann", good).error(),
          provider.roles()->standing("ann").error()}) {
        EXPECT_EQ(error.kind, ErrorKind::unavailable);
        EXPECT_THAT(error.message, HasSubstr("the provider county: the database people at "
                                             "localhost:1: nobody listens there"));
        EXPECT_THAT(error.message, HasSubstr("Remedy: "));
    }
}

}  // namespace
}  // namespace rhumb::providers

int main(int count, char** arguments) {
    ::testing::InitGoogleTest(&count, arguments);
    rhumb::storage::testing::PostgresForTests server;
    if (!server.is_running()) return 1;
    rhumb::providers::postgres = &server;
    return RUN_ALL_TESTS();
}
