#include "wizard/steps.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "wizard/example.h"
#include "wizard/json.h"

namespace rhumb::wizard {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> ids(const std::vector<Step>& steps) {
    std::vector<std::string> all;
    for (const auto& step : steps) all.push_back(step.id);
    return all;
}

const Field& field(const std::vector<Step>& steps, std::string_view step, std::string_view id) {
    for (const auto& one : steps)
        if (one.id == step)
            for (const auto& field : one.fields)
                if (field.id == id) return field;
    ADD_FAILURE() << "there is no field " << step << "." << id;
    static const Field none;
    return none;
}

const Json new_ldap = Json::parse(R"({
    "users": {"place": "new:ldap"},
    "connection": {"name": "county", "urls": "ldaps://ldap.example.org",
                   "user_base": "dc=example,dc=org"}})");

TEST(Steps, AskForAConnectionOnlyWhereAPlaceOutsideIsChosen) {
    const auto configured = configured_by();
    EXPECT_THAT(ids(steps(Json::object(), configured)),
                ElementsAre("users", "roles", "settings", "administrator", "summary"));
    EXPECT_THAT(
        ids(steps(Json{{"users", {{"place", "new:ldap"}}}}, configured)),
        ElementsAre("users", "roles", "connection", "settings", "administrator", "summary"));
    EXPECT_THAT(
        ids(steps(Json{{"roles", {{"place", "new:ldap"}}}}, configured)),
        ElementsAre("users", "roles", "connection", "settings", "administrator", "summary"));
    EXPECT_THAT(ids(steps(Json{{"users", {{"place", "new:ldap"}}},
                               {"roles", {{"place", "new:postgresql"}}}},
                          configured)),
                ElementsAre("users", "roles", "connection", "roles_connection", "settings",
                            "administrator", "summary"));
    EXPECT_THAT(
        ids(steps(Json{{"users", {{"place", "new:ldap"}}}, {"roles", {{"place", "new:ldap"}}}},
                  configured)),
        ElementsAre("users", "roles", "connection", "settings", "administrator", "summary"));
}

TEST(Steps, HaveWhatIsConfiguredAsPresentValuesAndNoSecret) {
    const auto all = steps(Json::object(), configured_by(with_ldap));
    EXPECT_EQ(field(all, "users", "place").present, "county");
    EXPECT_EQ(field(all, "connection", "user_base").present, "ou=people,dc=example,dc=org");
    EXPECT_EQ(field(all, "connection", "administrators").present, Json::array({"gis admins"}));
    EXPECT_EQ(field(all, "settings", "short_minutes").present, 60);
    const auto& password = field(all, "connection", "password");
    EXPECT_TRUE(password.is_kept);
    EXPECT_TRUE(password.present.is_null());
}

TEST(Steps, AskForWhatSaysOfRolesOnlyWhereRolesAreThere) {
    auto answers = new_ldap;
    for (const auto* const id : {"group_base", "administrators", "publishers"})
        EXPECT_TRUE(field(steps(answers, configured_by()), "connection", id).is_rare) << id;
    answers["roles"] = {{"place", "new:ldap"}};
    for (const auto* const id : {"group_base", "administrators", "publishers"})
        EXPECT_FALSE(field(steps(answers, configured_by()), "connection", id).is_rare) << id;
}

TEST(Steps, OfferRolesOfAPageForSigningInOnlyWhereItsUsersAre) {
    const auto offered = [](const char* users) {
        const auto all = steps(Json{{"users", {{"place", users}}}}, configured_by());
        return std::ranges::count(field(all, "roles", "place").choices, "new:openid",
                                  &Choice::value) == 1;
    };
    EXPECT_FALSE(offered("embedded"));
    EXPECT_FALSE(offered("new:ldap"));
    EXPECT_TRUE(offered("new:openid"));
    EXPECT_TRUE(offered("openid"));
}

TEST(Steps, NameTheAddressThatAPageForSigningInSendsBrowsersBackTo) {
    const auto note = [](const std::string& text) {
        const auto all = steps(Json{{"users", {{"place", "new:openid"}}}}, configured_by(text));
        return all.at(2).notes.at(0);
    };
    EXPECT_THAT(note("[[site]]\nbindings = [\"https://*:443\"]\n"
                     "host_names = [\"gis.example.org\"]\n"),
                HasSubstr("https://gis.example.org/login/openid/callback"));
    EXPECT_THAT(note(""), HasSubstr("https://<name of this server>/login/openid/callback"));
}

TEST(Decide, MakesTablesOrTakesQueriesNotBoth) {
    auto answers = Json::parse(R"({"users": {"place": "new:postgresql"},
        "connection": {"host": "db", "database": "people", "user": "r", "make_tables": "yes"}})");
    auto decision = decide(answers, configured_by());
    ASSERT_THAT(places_of(decision.faults), IsEmpty());
    EXPECT_TRUE(decision.drafts.at(0).makes_tables);
    answers["connection"]["find_user"] = "SELECT name FROM people WHERE name = :name";
    answers["connection"]["list_users"] = "SELECT name FROM people";
    EXPECT_THAT(places_of(decide(answers, configured_by()).faults),
                ElementsAre("connection.make_tables"));
}

TEST(Steps, HaveForEveryKindAllFieldsWithLabelAndHelp) {
    for (const auto& kind : all_kinds()) {
        SCOPED_TRACE(kind.name);
        const auto all = steps(Json{{"users", {{"place", "new:" + kind.name}}}}, configured_by());
        ASSERT_EQ(all[2].id, "connection");
        EXPECT_TRUE(all[2].connects);
        std::size_t required = 0;
        for (const auto& one : all[2].fields) {
            EXPECT_FALSE(one.label.empty()) << one.id;
            EXPECT_FALSE(one.help.empty()) << one.id;
            if (one.is_required) ++required;
        }
        EXPECT_GE(required, 1U);
    }
}

TEST(Steps, AskForAnAdministratorOnlyWhileThereIsNone) {
    const auto without = steps(Json::object(), configured_by("", false));
    EXPECT_TRUE(field(without, "administrator", "password").is_made);
    const auto with = steps(Json::object(), configured_by());
    EXPECT_THAT(with[3].fields, IsEmpty());
    EXPECT_THAT(with[3].notes, ElementsAre(HasSubstr("ada administers")));
}

TEST(FindLocation, TakesConfiguredNamesBeforeKinds) {
    const auto configured = configured_by(R"(
[[security.provider]]
name = "ldap"
kind = "http"
url = "https://people.example.org"
secret_from = "store:x"
)");
    EXPECT_EQ(find_location("ldap", configured)->kind, "http");
    EXPECT_EQ(find_location("new:ldap", configured)->kind, "ldap");
    EXPECT_EQ(find_location("program", configured)->word, "new:program");
    EXPECT_TRUE(find_location("embedded", configured)->is_embedded());
    const auto unknown = find_location("ldab", configured);
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message, HasSubstr("embedded, ldap, new:postgresql"));
}

TEST(Decide, ChangesNothingWithoutAnswers) {
    for (const auto* text : {"", with_ldap, "[security.tokens]\nshort_minutes = 7\n"}) {
        const auto configured = configured_by(text);
        const auto decision = decide(Json::object(), configured);
        EXPECT_THAT(places_of(decision.faults), IsEmpty());
        EXPECT_EQ(decision.document, configured.document);
        EXPECT_THAT(decision.secrets, IsEmpty());
    }
}

TEST(Decide, MakesAPlaceOfItsAnswersAndKeepsItsPasswordApart) {
    auto answers = new_ldap;
    answers["connection"]["password"] = "hush hush";
    answers["connection"]["bind_dn"] = "cn=rhumb,dc=example,dc=org";
    const auto configured = configured_by();
    const auto decision = decide(answers, configured);
    ASSERT_THAT(places_of(decision.faults), IsEmpty());
    const auto& security = decision.document.security;
    EXPECT_EQ(security.users, "county");
    EXPECT_EQ(security.roles, "embedded");
    const auto* const provider = security.find_provider("county");
    ASSERT_NE(provider, nullptr);
    const auto& ldap = std::get<config::LdapProvider>(provider->settings);
    EXPECT_THAT(ldap.urls, ElementsAre("ldaps://ldap.example.org"));
    EXPECT_EQ(ldap.password_from, "store:county-password");
    ASSERT_EQ(decision.secrets.size(), 1U);
    EXPECT_EQ(decision.secrets.at("county-password").view(), "hush hush");
    EXPECT_THAT(config::to_toml(decision.document), Not(HasSubstr("hush")));
}

TEST(Decide, NeverWritesOverASecretThatIsThere) {
    auto configured = configured_by(with_ldap);
    configured.secrets = {"county-password"};
    const auto decision = decide(Json{{"connection", {{"password", "another one"}}}}, configured);
    ASSERT_THAT(places_of(decision.faults), IsEmpty());
    EXPECT_TRUE(decision.secrets.contains("county-password-2"));
    EXPECT_EQ(std::get<config::LdapProvider>(decision.document.security.providers.at(0).settings)
                  .password_from,
              "store:county-password-2");
}

TEST(Decide, KeepsWhatItIsNotAskedToChange) {
    const auto configured = configured_by(with_ldap);
    const auto decision = decide(Json{{"connection", {{"page_size", "200"}}}}, configured);
    ASSERT_THAT(places_of(decision.faults), IsEmpty());
    auto wanted = configured.document;
    std::get<config::LdapProvider>(wanted.security.providers[0].settings).page_size = 200;
    EXPECT_EQ(decision.document, wanted);
    ASSERT_EQ(decision.drafts.size(), 1U);
    EXPECT_TRUE(decision.drafts[0].is_changed());
}

TEST(Decide, LeavesAPlaceConfiguredThatIsNotUsedAnyMore) {
    const auto decision =
        decide(Json{{"users", {{"place", "embedded"}}}, {"roles", {{"place", "embedded"}}}},
               configured_by(with_ldap));
    ASSERT_THAT(places_of(decision.faults), IsEmpty());
    EXPECT_EQ(decision.document.security.users, "embedded");
    EXPECT_NE(decision.document.security.find_provider("county"), nullptr);
    EXPECT_THAT(decision.drafts, IsEmpty());
}

TEST(Decide, NamesAllThatLacksAtOnce) {
    const auto decision = decide(Json{{"users", {{"place", "ldap"}}}}, configured_by("", false));
    EXPECT_THAT(places_of(decision.faults),
                ElementsAre("connection.urls", "connection.user_base", "administrator.name",
                            "administrator.password"));
    for (const auto& fault : decision.faults) EXPECT_TRUE(fault.is_missing);
}

TEST(Decide, PassesOverStepsThatAreStillToComeWhenItIsNotWhole) {
    const auto decision = decide(new_ldap, configured_by("", false), false);
    EXPECT_THAT(places_of(decision.faults), IsEmpty());
    EXPECT_EQ(decision.drafts.size(), 1U);
}

TEST(Decide, PutsWhatTheConfigurationRefusesToItsField) {
    auto answers = new_ldap;
    answers["connection"]["urls"] = "http://ldap.example.org";
    answers["connection"]["time_limit_seconds"] = 100000;
    answers["settings"] = {{"short_minutes", 100}, {"long_minutes", "50"}};
    EXPECT_THAT(
        places_of(decide(answers, configured_by()).faults),
        ElementsAre("connection.time_limit_seconds", "connection.urls", "settings.long_minutes"));
}

TEST(Decide, SaysAtTheConnectionThatAPlaceCannotKeepRoles) {
    auto answers = new_ldap;
    answers["roles"] = {{"place", "new:ldap"}};
    EXPECT_THAT(judge("roles", answers, configured_by()), IsEmpty());
    const auto faults = judge("connection", answers, configured_by());
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_THAT(faults[0].message, HasSubstr("group_base"));
    answers["connection"]["group_base"] = "ou=groups,dc=example";
    EXPECT_THAT(decide(answers, configured_by()).faults, IsEmpty());
}

TEST(Decide, RefusesWhatItDoesNotKnow) {
    struct Case {
        const char* name;
        const char* answers;
        const char* place;
        const char* word;
    };
    for (const auto& one :
         {Case{"a step", R"({"usres": {}})", "usres", "users, roles"},
          Case{"a field", R"({"settings": {"minutes": 5}})", "settings.minutes", "short_minutes"},
          Case{"no table", R"({"settings": 5})", "settings", "table"},
          Case{"a place", R"({"users": {"place": "ldab"}})", "users.place", "choose one of"},
          Case{"no number", R"({"settings": {"idle_minutes": "soon"}})", "settings.idle_minutes",
               "whole number"},
          Case{"a number below", R"({"settings": {"idle_minutes": -1}})", "settings.idle_minutes",
               "whole number"},
          Case{"beyond all integers", R"({"settings": {"idle_minutes": 1e30}})",
               "settings.idle_minutes", "whole number"},
          Case{"huge", R"({"settings": {"account_failures": 99999999999999}})",
               "settings.account_failures", "whole number"},
          Case{"a list", R"({"users": {"place": ["embedded"]}})", "users.place", "text"}}) {
        SCOPED_TRACE(one.name);
        const auto faults = decide(Json::parse(one.answers), configured_by()).faults;
        ASSERT_EQ(faults.size(), 1U);
        EXPECT_THAT(places_of(faults), ElementsAre(one.place));
        EXPECT_THAT(faults[0].message, HasSubstr(one.word));
    }
}

TEST(Decide, ChecksTheFirstAdministrator) {
    const auto fault_of = [](std::string name, std::string password) {
        auto configured = configured_by("", false);
        configured.users = {"bob"};
        const auto faults =
            decide(Json{{"administrator", {{"name", name}, {"password", password}}}}, configured)
                .faults;
        return faults.empty() ? std::string{} : places_of(faults).front();
    };
    EXPECT_EQ(fault_of("ada", "correct horse"), "");
    EXPECT_EQ(fault_of("a/da", "correct horse"), "administrator.name");
    EXPECT_EQ(fault_of("BOB", "correct horse"), "administrator.name");
    EXPECT_EQ(fault_of("ada", "short"), "administrator.password");
    EXPECT_EQ(fault_of("", "correct horse"), "administrator.name");
    // One that there is already is not made again, so that the same answers may come twice.
    EXPECT_FALSE(
        decide(Json{{"administrator", {{"name", "eve"}, {"password", "x"}}}}, configured_by())
            .administrator);
}

TEST(Decide, RefusesTwoPlacesOfOneNameAndANameThatIsTaken) {
    auto answers = new_ldap;
    answers["roles"] = {{"place", "new:program"}};
    answers["roles_connection"] = {{"name", "county"}, {"command", "/usr/local/bin/roles"}};
    EXPECT_THAT(places_of(decide(answers, configured_by()).faults),
                Contains("roles_connection.name"));
    EXPECT_THAT(places_of(decide(new_ldap, configured_by(with_ldap)).faults),
                Contains("connection.name"));
    EXPECT_THAT(
        places_of(
            decide(Json{{"connection", {{"name", "other"}}}}, configured_by(with_ldap)).faults),
        ElementsAre("connection.name"));
}

TEST(Decide, ReadsTheWordsOfACommand) {
    const auto decision =
        decide(Json{{"users", {{"place", "program"}}},
                    {"connection", {{"command", "/opt/people --file \"/srv/all people.csv\" -v"}}}},
               configured_by());
    ASSERT_THAT(places_of(decision.faults), IsEmpty());
    EXPECT_THAT(
        std::get<config::ProgramProvider>(decision.document.security.providers.at(0).settings)
            .command,
        ElementsAre("/opt/people", "--file", "/srv/all people.csv", "-v"));
}

TEST(NextStep, GoesThroughAllOfThemAndStopsWhereSomethingIsWrong) {
    const auto configured = configured_by("", false);
    auto answers = Json::object();
    const std::pair<const char*, const char*> walk[] = {
        {"users", R"({"place": "new:ldap"})"},
        {"roles", R"({})"},
        {"connection", R"({"urls": "ldaps://a.example", "user_base": "dc=a"})"},
        {"settings", R"({})"},
        {"administrator", R"({"name": "ada", "password": "correct horse"})"}};
    for (const auto& [step, answer] : walk) {
        EXPECT_EQ(next_step(answers, configured), step);
        answers[step] = Json::parse(answer);
    }
    EXPECT_EQ(next_step(answers, configured), "summary");
    answers["connection"]["user_base"] = "";
    EXPECT_EQ(next_step(answers, configured), "connection");
    EXPECT_THAT(places_of(judge("connection", answers, configured)),
                ElementsAre("connection.user_base"));
    EXPECT_THAT(judge("settings", answers, configured), IsEmpty());
}

TEST(ReadAnswers, TakesTomlAndJson) {
    const auto toml = read_answers(
        "[users]\nplace = \"ldap\"\n[connection]\nurls = [\"ldaps://a\"]\npage_size = 5\n",
        "a.toml");
    const auto json = read_answers(
        R"({"users": {"place": "ldap"}, "connection": {"urls": ["ldaps://a"], "page_size": 5}})",
        "a.json");
    ASSERT_TRUE(toml && json);
    EXPECT_EQ(*toml, *json);
    EXPECT_FALSE(read_answers("{\"users\": ", "a.json"));
    EXPECT_FALSE(read_answers("users = = 1", "a.toml"));
}

}  // namespace
}  // namespace rhumb::wizard
