#include "doctor/revocation_judge.h"

#include <gtest/gtest.h>

namespace rhumb::doctor {
namespace {

using namespace std::chrono_literals;
using Ids = std::vector<std::string>;
using Kind = pki::OcspStatus::Kind;

const Seconds now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

Ids judged(const RevocationSeen& seen) {
    Ids all;
    for (const auto& one : judge_revocation(seen)) all.push_back(one.id);
    return all;
}

RevocationSeen stapled(Kind kind, Seconds from = now - 1h, Seconds until = now + 24h) {
    return {.about = "https://gis.example.org",
            .has_staple = true,
            .staple = pki::OcspStatus{.kind = kind, .this_update = from, .next_update = until},
            .now = now};
}

RevocationList good_list() {
    return {.from = "http://gis.example.org/list.crl",
            .is_from_server = true,
            .is_signed = true,
            .is_current = true};
}

TEST(JudgeRevocation, IsSilentWhereNothingSpeaksAgainstIt) {
    EXPECT_EQ(judged({.now = now}), Ids{});
    EXPECT_EQ(judged(stapled(Kind::good)), Ids{});
    EXPECT_EQ(judged({.lists = {good_list()}, .now = now}), Ids{});
}

TEST(JudgeRevocation, BelievesAStapleInItsTime) {
    EXPECT_EQ(judged(stapled(Kind::revoked)), Ids{"revocation.revoked"});
    EXPECT_EQ(judged(stapled(Kind::unknown)), Ids{"revocation.staple.unknown"});
    EXPECT_EQ(judged(stapled(Kind::good, now - 48h, now - 24h)), Ids{"revocation.staple.outdated"});
    EXPECT_EQ(judged(stapled(Kind::good, now + 1h)), Ids{"revocation.staple.outdated"});
    EXPECT_EQ(judged(stapled(Kind::revoked, now - 48h, now - 24h)), Ids{"revocation.revoked"})
        << "once revoked is revoked";
}

TEST(JudgeRevocation, WantsAStapleThatCanBeBelieved) {
    EXPECT_EQ(judged({.has_staple = true, .staple_fault = "damaged", .now = now}),
              Ids{"revocation.staple.wrong"});
    EXPECT_EQ(judged({.must_staple = true, .now = now}), Ids{"revocation.staple.missing"});
    auto demanded = stapled(Kind::good);
    demanded.must_staple = true;
    EXPECT_EQ(judged(demanded), Ids{});
}

TEST(JudgeRevocation, TellsOnceWhatListAndStapleSay) {
    auto both = stapled(Kind::revoked);
    auto list = good_list();
    list.entry = pki::Revoked{.serial = "1", .when = now - 2h};
    both.lists = {list};
    EXPECT_EQ(judged(both), Ids{"revocation.revoked"});
}

TEST(JudgeRevocation, MindsTheListsOfTheServerItself) {
    auto outdated = good_list();
    outdated.is_current = false;
    EXPECT_EQ(judged({.lists = {outdated}, .now = now}), Ids{"revocation.list.outdated"});
    auto foreign = good_list();
    foreign.is_signed = false;
    EXPECT_EQ(judged({.lists = {foreign}, .now = now}), Ids{"revocation.list.wrong"});
    auto lost = good_list();
    lost.fault = "not found";
    EXPECT_EQ(judged({.lists = {lost}, .now = now}), Ids{"revocation.list.wrong"});
    lost.is_from_server = false;
    EXPECT_EQ(judged({.lists = {lost}, .now = now}), Ids{}) << "that is told as not looked at";
}

TEST(JudgeRevocation, DoesNotBelieveAListOfAnother) {
    auto foreign = good_list();
    foreign.is_from_server = false;
    foreign.is_signed = false;
    foreign.entry = pki::Revoked{.serial = "1"};
    EXPECT_EQ(judged({.lists = {foreign}, .now = now}), Ids{});
}

}  // namespace
}  // namespace rhumb::doctor
