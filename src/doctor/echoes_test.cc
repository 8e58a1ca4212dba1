#include "doctor/echoes.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "doctor/check.h"

namespace rhumb::doctor {
namespace {

using Ids = std::vector<std::string>;

Ids ids(const std::vector<Finding>& findings) {
    Ids all;
    for (const auto& one : findings) all.push_back(one.id);
    return all;
}

TEST(Echoes, AreBetweenFindingsThatThereAre) {
    std::set<std::string, std::less<>> known;
    for (const auto& one : pki::lint_rules()) known.emplace(one.id);
    for (const auto& one : all_rules()) known.emplace(one.id);
    for (const auto& echo : echoes()) {
        EXPECT_TRUE(known.contains(echo.cause)) << echo.cause;
        EXPECT_TRUE(std::ranges::any_of(known, [&](const auto& id) {
            return echo.consequence.ends_with('.') ? id.starts_with(echo.consequence)
                                                   : id == echo.consequence;
        })) << echo.consequence;
    }
}

TEST(WithoutEchoes, KeepsWhatIsNotSaidByAStrongerOne) {
    const auto kept = without_echoes({{.id = "cert.date.expired"},
                                      {.id = "cert.validity.over-398"},
                                      {.id = "chain.date.expired"},
                                      {.id = "key.rsa.under-2048"}});
    EXPECT_EQ(ids(kept), (Ids{"cert.date.expired", "key.rsa.under-2048"}));
}

TEST(WithoutEchoes, LeavesTheCauseAsSevereAsWhatFollowsFromIt) {
    const auto kept =
        without_echoes({{.id = "cert.date.not-yet-valid", .severity = Severity::error},
                        {.id = "clock.here.wrong", .severity = Severity::warning}});
    ASSERT_EQ(ids(kept), Ids{"clock.here.wrong"});
    EXPECT_EQ(kept.front().severity, Severity::error);
}

TEST(WithoutEchoes, TellsWhoIsNotKnownWithTheHstsThatLocksPeopleOut) {
    const auto kept =
        without_echoes({{.id = "client.unknown-authority",
                         .sentence = "No client knows «Ours».",
                         .command = "rhumb trust install --from https://gis.test"},
                        {.id = "hsts.untrusted-certificate", .sentence = "HSTS is sent."}});
    ASSERT_EQ(ids(kept), Ids{"hsts.untrusted-certificate"});
    EXPECT_EQ(kept.front().sentence, "HSTS is sent. No client knows «Ours».");
    EXPECT_EQ(kept.front().command, "rhumb trust install --from https://gis.test");
}

TEST(WithoutEchoes, BlamesTheCertificateWhereHstsIsRight) {
    const auto kept =
        without_echoes({{.id = "cert.date.expired", .sentence = "It has expired."},
                        {.id = "hsts.untrusted-certificate", .sentence = "HSTS is sent."}});
    ASSERT_EQ(ids(kept), Ids{"cert.date.expired"});
    EXPECT_EQ(kept.front().sentence, "It has expired. HSTS is sent.");
}

TEST(EchoesOfTheInstallation, AreLeftOutOfItsPlacesAlone) {
    const std::vector<Finding> installation{{.id = "port.unopened"}};
    std::vector<Finding> place{{.id = "port.refused"}, {.id = "http.also"}};

    EXPECT_TRUE(leave_echoes_of(installation, place));
    EXPECT_EQ(ids(place), Ids{"http.also"});

    std::vector<Finding> of_another{{.id = "port.refused"}};
    EXPECT_FALSE(leave_echoes_of({}, of_another));
    EXPECT_EQ(ids(of_another), Ids{"port.refused"});
}

}  // namespace
}  // namespace rhumb::doctor
