#include "doctor/people_judge.h"

#include <gtest/gtest.h>

namespace rhumb::doctor {
namespace {

using namespace std::chrono_literals;

constexpr Seconds now{1'800'000'000s};

/// Users in a directory that works, and an administrator here.
PeopleSeen well() {
    PeopleSeen seen{.users = "county", .roles = "embedded", .administrators = 1};
    seen.providers.push_back(
        {.name = "county",
         .kind = "ldap",
         .secret_place = "store:county",
         .test = {.steps = {{.what = "name of ldap.example.org", .is_good = true},
                            {.what = "users", .is_good = true, .said = "3 are found"}}}});
    return seen;
}

std::vector<std::string> ids(const PeopleSeen& seen) {
    std::vector<std::string> ids;
    for (const auto& finding : judge_people(seen, now)) ids.push_back(finding.id);
    return ids;
}

TEST(PeopleJudge, FindsNothingWhereAllIsWell) {
    EXPECT_TRUE(ids(well()).empty());
    EXPECT_TRUE(ids({.users = "embedded", .roles = "embedded"}).empty())
        << "no administrator here is another matter: the first code makes one";
}

TEST(PeopleJudge, TellsTheStepThatFailsAndItsRemedy) {
    auto seen = well();
    seen.providers[0].test.steps[1] = {.what = "password of cn=rhumb",
                                       .said = "the directory refuses it",
                                       .remedy = "set the right one: rhumb secret set county"};
    const auto findings = judge_people(seen, now);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].id, "people.provider.fails");
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_EQ(findings[0].about, "county (ldap)");
    EXPECT_EQ(findings[0].sentence, "password of cn=rhumb: the directory refuses it");
    EXPECT_EQ(findings[0].remedy, "Set the right one: rhumb secret set county.");
}

TEST(PeopleJudge, TellsOfASecretThatCannotBeRead) {
    auto seen = well();
    seen.providers[0].secret_fault = "there is no secret «county» in the store";
    seen.providers[0].test = {};
    auto findings = judge_people(seen, now);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].id, "people.secret.missing");
    EXPECT_EQ(findings[0].command, "rhumb secret set county");
    seen.providers[0].secret_place = "file:/etc/county";
    EXPECT_EQ(judge_people(seen, now)[0].command, "");
}

TEST(PeopleJudge, TellsOfPasswordsInTheClear) {
    auto seen = well();
    seen.providers[0].is_unencrypted = true;
    EXPECT_EQ(ids(seen), std::vector<std::string>{"people.provider.unencrypted"});
}

TEST(PeopleJudge, TellsOfCertificatesThatEnd) {
    auto seen = well();
    seen.providers[0].host = "ldap.example.org";
    seen.providers[0].certificate_ends = now + std::chrono::days{14};
    EXPECT_TRUE(ids(seen).empty());
    seen.providers[0].certificate_ends = now + std::chrono::days{14} - 1s;
    EXPECT_EQ(ids(seen), std::vector<std::string>{"people.certificate.ends"});
    EXPECT_EQ(judge_people(seen, now)[0].sentence,
              "the certificate that ldap.example.org shows is over in 14 days");
    seen.providers[0].certificate_ends = now;
    EXPECT_EQ(ids(seen), std::vector<std::string>{"people.certificate.over"});
}

TEST(PeopleJudge, WantsALocalAdministratorWhereSomethingIsOutside) {
    auto seen = well();
    seen.administrators = 0;
    EXPECT_EQ(ids(seen), std::vector<std::string>{"people.administrator.none"});
    seen.users = "embedded";
    seen.roles = "county";
    EXPECT_EQ(ids(seen), std::vector<std::string>{"people.administrator.none"});
}

TEST(PeopleJudge, TellsWhatTheRunningServerSays) {
    auto seen = well();
    seen.report.emplace();
    seen.report->status.providers.push_back(
        {.name = "county",
         .health = {.state = providers::Health::State::resting, .last_error = "timed out"}});
    EXPECT_EQ(ids(seen), std::vector<std::string>{"people.provider.failing"});
    seen.report->status.providers[0].health.state = providers::Health::State::good;
    EXPECT_TRUE(ids(seen).empty());
    seen.report->status.fault = "the secret is missing";
    EXPECT_EQ(ids(seen), std::vector<std::string>{"people.provider.unused"});
}

TEST(PeopleJudge, TellsOfEachWhoHidesSomebody) {
    auto seen = well();
    seen.hidden = {"root", "ann"};
    EXPECT_EQ(ids(seen), (std::vector<std::string>{"people.hidden", "people.hidden"}));
}

}  // namespace
}  // namespace rhumb::doctor
