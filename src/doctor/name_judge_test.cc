#include "doctor/name_judge.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace rhumb::doctor {
namespace {

using namespace std::chrono_literals;
using Outcome = Resolution::Outcome;

std::vector<std::string> ids(const std::vector<Finding>& findings) {
    std::vector<std::string> all;
    for (const auto& one : findings) all.push_back(one.id);
    return all;
}
using Ids = std::vector<std::string>;

const Target target = *parse_target("https://gis.example.org");

Contact fails(const char* ip, net::DialFault fault) {
    return {{ip, 443}, net::NotConnected{fault, "why"}};
}
Contact stands(const char* ip) { return {{ip, 443}, {}}; }

TEST(JudgeName, TellsNoSuchNameFromNoAnswer) {
    EXPECT_EQ(ids(judge_name(target, {.outcome = Outcome::unknown})), Ids{"name.unresolved"});
    EXPECT_EQ(ids(judge_name(target, {.outcome = Outcome::no_answer})), Ids{"name.no-answer"});
    EXPECT_TRUE(judge_name(target, {.outcome = Outcome::found}).empty());
}

TEST(JudgeName, KnowsThatLocalNamesAreFoundAnotherWay) {
    const auto findings = judge_name(*parse_target("printer.local"), {.outcome = Outcome::unknown});
    EXPECT_NE(findings.front().remedy.find("avahi"), std::string::npos);
}

TEST(JudgeContacts, IsSilentWhereAllAddressesAnswer) {
    const auto judged = judge_contacts(target, {stands("192.0.2.1"), stands("2001:db8::1")}, 5s);
    EXPECT_TRUE(judged.findings.empty());
    EXPECT_TRUE(judged.untried.empty());
}

TEST(JudgeContacts, SaysHowNobodyAnswers) {
    using Fault = net::DialFault;
    EXPECT_EQ(ids(judge_contacts(target, {fails("192.0.2.1", Fault::refused)}, 5s).findings),
              Ids{"port.refused"});
    EXPECT_EQ(ids(judge_contacts(target, {fails("192.0.2.1", Fault::timed_out)}, 5s).findings),
              Ids{"port.filtered"});
    EXPECT_EQ(ids(judge_contacts(target, {fails("192.0.2.1", Fault::unreachable)}, 5s).findings),
              Ids{"port.unreachable"});
    EXPECT_EQ(ids(judge_contacts(target,
                                 {fails("2001:db8::1", Fault::unreachable),
                                  fails("192.0.2.1", Fault::timed_out)},
                                 5s)
                      .findings),
              Ids{"port.filtered"})
        << "one fault, one finding";
}

TEST(JudgeContacts, NamesTheFamilyThatLeadsToNobody) {
    const auto judged = judge_contacts(
        target, {fails("2001:db8::1", net::DialFault::timed_out), stands("192.0.2.1")}, 5s);
    ASSERT_EQ(ids(judged.findings), Ids{"name.family-unreachable"});
    EXPECT_NE(judged.findings.front().sentence.find("IPv6"), std::string::npos);
}

TEST(JudgeContacts, HoldsNothingAgainstAServerThatThisMachineCannotReach) {
    const auto judged = judge_contacts(
        target, {fails("2001:db8::1", net::DialFault::unreachable), stands("192.0.2.1")}, 5s);
    EXPECT_TRUE(judged.findings.empty());
    EXPECT_EQ(judged.untried.size(), 1U);
    EXPECT_TRUE(judge_contacts(*parse_target("localhost"),
                               {fails("::1", net::DialFault::refused), stands("127.0.0.1")}, 5s)
                    .findings.empty());
}

TEST(JudgeShown, SeesThatAddressesShowDifferentCertificates) {
    const Shown four{{"192.0.2.1", 443}, "a", {}};
    const Shown six{{"2001:db8::1", 443}, "b", {}};
    const Shown none{{"2001:db8::1", 443}, "", "hung up"};
    EXPECT_TRUE(judge_shown(target, {four, four}).empty());
    EXPECT_EQ(ids(judge_shown(target, {four, six})), Ids{"name.addresses-differ"});
    EXPECT_EQ(ids(judge_shown(target, {four, none})), Ids{"name.addresses-differ"});
}

TEST(JudgeElsewhere, FindsAnotherTerminatorOnlyWhereAnotherCertificateIsShown) {
    Elsewhere seen{.host = "gis.example.org",
                   .resolution = {.addresses = {{"203.0.113.9", 443}}},
                   .own = {"192.0.2.1"},
                   .shown = {{{"203.0.113.9", 443}, "other", {}}},
                   .ours = {"ours"}};
    EXPECT_EQ(ids(judge_elsewhere(seen)), Ids{"tls.other-terminator"});
    seen.shown.front().fingerprint = "ours";
    EXPECT_TRUE(judge_elsewhere(seen).empty()) << "behind a router";
    seen.shown.front() = {{"192.0.2.1", 443}, "other", {}};
    EXPECT_TRUE(judge_elsewhere(seen).empty()) << "an address of this machine";
    seen.resolution.outcome = Outcome::unknown;
    EXPECT_EQ(ids(judge_elsewhere(seen)), Ids{"name.own-unresolved"});
}

TEST(Resolve, TakesLiteralAddressesAsTheyAre) {
    EXPECT_EQ(resolve("192.0.2.1", 443, 1s).addresses,
              (std::vector<net::Address>{{"192.0.2.1", 443}}));
    EXPECT_EQ(resolve("::1", 443, 1s).addresses, (std::vector<net::Address>{{"::1", 443}}));
}

TEST(Resolve, FindsThisMachine) {
    const auto found = resolve("localhost", 443, 10s);
    EXPECT_EQ(found.outcome, Outcome::found) << found.reason;
    for (const auto& address : found.addresses) EXPECT_TRUE(is_loopback(address)) << address.ip;
}

TEST(OwnAddresses, HaveTheLoopback) {
    const auto own = own_addresses();
    EXPECT_NE(std::ranges::find(own, "127.0.0.1"), own.end());
}

}  // namespace
}  // namespace rhumb::doctor
