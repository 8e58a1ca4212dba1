#include "certs/renewal.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/authority_issue.h"
#include "certs/authority_rotation.h"
#include "certs/example.h"
#include "certs/self_sign.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RenewalOfCertificates : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(
            prepare(example_.store, example_.seal, example_machine(), example_now, example_actor));
    }
    RenewalReport run(Seconds now, const HostFacts& facts = example_machine()) {
        return run(renewal_, now, facts);
    }
    static RenewalReport run(Renewal& renewal, Seconds now,
                             const HostFacts& facts = example_machine()) {
        auto report = renewal.run_once(facts, now);
        EXPECT_TRUE(report) << report.error().message;
        return report ? *report : RenewalReport{};
    }
    Entry entry(std::string_view name = auto_name) const { return *inventory_.get(name); }

    ExampleStore example_;
    Inventory inventory_{example_.store, example_.seal};
    Renewal renewal_{example_.store, example_.seal, example_actor};
};

TEST_F(RenewalOfCertificates, DoesNothingUntilAThirdIsLeft) {
    EXPECT_THAT(run(example_now + days{59}).renewed, IsEmpty());
    const auto before = entry();

    EXPECT_THAT(run(example_now + days{61}).renewed, ElementsAre("auto"));

    EXPECT_NE(*entry().chain->leaf().public_key().digest(),
              *before.chain->leaf().public_key().digest())
        << "the key is new";
    EXPECT_EQ(entry().record.not_after, example_now + days{61 + 90});
    EXPECT_THAT(run(example_now + days{61}).renewed, IsEmpty());
    EXPECT_EQ(inventory_.get("auto")->record.names, before.record.names);
}

TEST_F(RenewalOfCertificates, FollowsTheMachinesNewNamesButNotTheOnesThatWent) {
    auto facts = example_machine();
    facts.addresses = {"192.168.7.2", "10.8.0.3"};
    EXPECT_THAT(run(example_now + days{1}, facts).renewed, ElementsAre("auto"));
    EXPECT_TRUE(entry().chain->leaf().matches_host("10.8.0.3"));

    facts.addresses.clear();
    EXPECT_THAT(run(example_now + days{2}, facts).renewed, IsEmpty())
        << "an address that went is no reason";
    facts.wanted = {"www.example.com"};
    const auto report = run(example_now + days{3}, facts);
    EXPECT_THAT(report.renewed, IsEmpty());
    EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("www.example.com")));
}

TEST_F(RenewalOfCertificates, MendsWhatAWrongClockHasDone) {
    EXPECT_THAT(run(example_now - days{1}).failures, testing::Not(IsEmpty()))
        << "the root itself is not valid yet";
    EXPECT_THAT(run(example_now + days{91}).renewed, ElementsAre("auto")) << "expired";
}

TEST_F(RenewalOfCertificates, RenewsTheIntermediateFirst) {
    const auto later = example_now + days{600};

    const auto report = run(later);

    EXPECT_THAT(report.renewed, ElementsAre(HasSubstr("Rhumb local issuer"), "auto"));
    EXPECT_THAT(report.failures, IsEmpty());
    EXPECT_EQ(entry().record.not_after, later + days{90});
}

TEST_F(RenewalOfCertificates, RenewsOtherLocalCertificatesLikeTheyWere) {
    const auto authority = **Authority::find(example_.store);
    Order order;
    order.names = *pki::parse_names(std::vector<std::string>{"printer.local", "192.168.7.9"});
    order.key_type = pki::KeyType::ec_p384;
    order.lifetime = days{30};
    auto issued = *authority.issue(example_.seal, order, example_now);
    ASSERT_TRUE(inventory_.add({.name = "printer",
                                .origin = storage::Origin::local_authority,
                                .chain = issued.chain,
                                .key = issued.key},
                               example_actor, example_now));

    EXPECT_THAT(run(example_now + days{21}).renewed, ElementsAre("printer"));

    const auto leaf = entry("printer").chain->leaf();
    EXPECT_THAT(pki::to_texts(leaf.names()), ElementsAre("printer.local", "192.168.7.9"));
    EXPECT_EQ(leaf.public_key().type(), "ec-p384");
    EXPECT_EQ(leaf.not_after(), example_now + days{51});
}

TEST_F(RenewalOfCertificates, LeavesCertificatesOfOthersAlone) {
    const auto authority = **Authority::find(example_.store);
    Order order;
    order.names = *pki::parse_names(std::vector<std::string>{"a.test"});
    auto issued = *authority.issue(example_.seal, order, example_now);
    ASSERT_TRUE(inventory_.add({.name = "theirs",
                                .origin = storage::Origin::import,
                                .chain = issued.chain,
                                .key = issued.key},
                               example_actor, example_now));

    EXPECT_THAT(run(example_now + days{70}).renewed, ElementsAre("auto"));
    EXPECT_THAT(renewal_.renew_now("theirs", example_machine(), example_now).error().message,
                HasSubstr("rhumb cert request --for theirs"));
}

TEST_F(RenewalOfCertificates, RenewsSelfSignedOnesWithoutTheAuthority) {
    SelfSignOrder order;
    order.names = *pki::parse_names(std::vector<std::string>{"lone.test"});
    order.name = "lone";
    order.friendly_name = "Map room";
    order.lifetime = days{100};
    order.subject.organization = "Example";
    order.now = example_now;
    ASSERT_TRUE(self_sign(example_.store, example_.seal, order, example_actor));
    const auto before = entry("lone");

    const auto report = run(example_now + days{70});

    EXPECT_THAT(report.renewed, Contains("lone"));
    const auto after = entry("lone");
    EXPECT_TRUE(after.chain->leaf().is_self_signed());
    EXPECT_EQ(after.chain->leaf().subject(), before.chain->leaf().subject());
    EXPECT_EQ(after.chain->leaf().not_after(), example_now + days{170});
    EXPECT_EQ(after.record.friendly_name, "Map room");
    const auto change = std::ranges::find(report.changes, std::string{"lone"}, &Change::name);
    ASSERT_NE(change, report.changes.end());
    EXPECT_EQ(change->archived, before.record.id);
    EXPECT_EQ(change->added, after.record.id);
    ASSERT_TRUE(undo(example_.store, *change, "was not seen", example_actor, example_now));
    EXPECT_EQ(entry("lone").record.id, before.record.id);
}

TEST_F(RenewalOfCertificates, KeepsTheAddressOfTheListThatTheServerHas) {
    renewal_.set_crl_base("http://maps.example.org");
    EXPECT_THAT(run(example_now + days{61}).renewed, ElementsAre("auto"));
    EXPECT_THAT(entry().chain->leaf().crl_urls(),
                ElementsAre(testing::StartsWith("http://maps.example.org/.well-known/")));
}

TEST_F(RenewalOfCertificates, LeavesACertificateToTheProgramThatIsAtItAlready) {
    const auto due = example_now + days{61};
    const auto claim = [&](Seconds until) {
        ASSERT_TRUE(example_.store.transact([&](storage::Transaction& transaction) {
            return transaction.put_renewal_claim({"AUTO", "another program", until});
        }));
    };
    claim(due + minutes{9});
    EXPECT_THAT(run(due).renewed, IsEmpty());
    EXPECT_THAT(run(due).failures, IsEmpty());
    EXPECT_EQ(renewal_.renew_now("auto", example_machine(), due).error().kind, ErrorKind::conflict);
    EXPECT_THAT(run(due + minutes{9}).renewed, ElementsAre("auto")) << "it must have died";
    EXPECT_FALSE(*example_.store.read(
        [](const storage::View& view) { return view.find_renewal_claim("auto"); }));

    claim(due + days{300});
    EXPECT_THAT(run(due + days{61}).renewed, ElementsAre("auto")) << "the clock was set back";
    const auto expired = due + days{61 + 91};
    claim(expired + minutes{9});
    EXPECT_THAT(run(expired).renewed, ElementsAre("auto")) << "expired: nobody waits";
}

TEST_F(RenewalOfCertificates, IsDoneOnceByTwoProgramsAtOnce) {
    const auto due = example_now + days{61};
    std::vector<RenewalReport> reports(4);
    std::vector<std::thread> programs;
    for (auto& report : reports)
        programs.emplace_back([&] {
            Renewal renewal{example_.store, example_.seal, example_actor};
            report = renewal.run_once(example_machine(), due).value_or(RenewalReport{});
        });
    for (auto& program : programs) program.join();

    std::size_t renewed = 0;
    for (const auto& report : reports) {
        renewed += report.renewed.size();
        EXPECT_THAT(report.failures, IsEmpty());
    }
    EXPECT_EQ(renewed, 1U);
    EXPECT_EQ(inventory_.list(true)->size(), 2U);
}

TEST_F(RenewalOfCertificates, ActivatesTheNextRootOnItsDay) {
    const auto planned = example_now + days{10} + activation_delay;
    ASSERT_TRUE(rotate_root(example_.store, example_.seal,
                            {.host = "chart-room", .permitted = {}, .now = example_now + days{10}},
                            {Activation::Kind::at_time, planned}, example_actor));
    run(example_now + days{10});
    const auto before = entry().record.id;
    EXPECT_THAT(run(planned - minutes{1}).renewed, IsEmpty());

    const auto report = run(planned);

    EXPECT_THAT(report.warnings, Contains(HasSubstr("signs from now on")));
    EXPECT_THAT(report.renewed, ElementsAre("auto"));
    EXPECT_NE(entry().record.id, before);
    EXPECT_THAT(run(planned + minutes{1}).renewed, IsEmpty());
}

TEST_F(RenewalOfCertificates, ReplacesAllCertificatesOfARetiredRoot) {
    ASSERT_TRUE(rotate_root(example_.store, example_.seal,
                            {.host = "chart-room", .permitted = {}, .now = example_now},
                            {Activation::Kind::at_once}, example_actor));

    EXPECT_THAT(run(example_now).renewed, ElementsAre("auto"));
    EXPECT_TRUE((*Authority::find(example_.store))->has_issued(*entry().chain));
}

TEST_F(RenewalOfCertificates, DoesNotWaitOnceThereIsANewRoot) {
    const auto late = example_now + days{3700};  // the root has expired
    run(late);
    run(late + minutes{2});
    ASSERT_EQ(entry().record.renewal.failures, 2U);
    ASSERT_GT(*entry().record.renewal.next_attempt, late + minutes{3});

    ASSERT_TRUE(rotate_root(example_.store, example_.seal,
                            {.host = "chart-room", .permitted = {}, .now = late + minutes{2}},
                            {Activation::Kind::at_once}, example_actor));

    EXPECT_THAT(run(late + minutes{3}).renewed, ElementsAre("auto"));
}

TEST_F(RenewalOfCertificates, RecordsAFailureWaitsAndRecovers) {
    const ExampleStore other;
    Renewal broken{example_.store, other.seal, example_actor};
    const auto due = example_now + days{61};
    const auto before = entry();

    const auto report = run(broken, due);

    ASSERT_THAT(report.failures, testing::SizeIs(3U)) << "two lists, and the certificate";
    EXPECT_EQ(report.failures.back().name, "auto");
    for (const auto& failure : report.failures)
        EXPECT_THAT(failure.message, HasSubstr("put back the master key"));
    EXPECT_EQ(entry().chain->leaf(), before.chain->leaf()) << "what serves goes on serving";
    EXPECT_EQ(entry().record.renewal.failures, 1U);
    EXPECT_THAT(entry().record.renewal.last_error, HasSubstr("master key"));
    EXPECT_GT(*entry().record.renewal.next_attempt, due);
    EXPECT_THAT(example_.events().back(), HasSubstr("certificate.renewal-failed auto"));

    EXPECT_THAT(run(broken, due).failures, IsEmpty()) << "it waits";
    EXPECT_THAT(run(broken, due + minutes{2}).failures, testing::SizeIs(3U));
    EXPECT_EQ(entry().record.renewal.failures, 2U);

    EXPECT_THAT(run(due + minutes{3}).renewed, IsEmpty()) << "it still waits";
    EXPECT_THAT(renewal_.run_once(example_machine(), due + minutes{3}, false)->renewed,
                ElementsAre("auto"));
    EXPECT_EQ(entry().record.renewal.failures, 0U);
}

TEST_F(RenewalOfCertificates, WarnsOfTheEndOfWhatItCannotRenewAtEachThresholdOnce) {
    const auto authority = **Authority::find(example_.store);
    Order order;
    order.names = *pki::parse_names(std::vector<std::string>{"a.test"});
    auto issued = *authority.issue(example_.seal, order, example_now);
    ASSERT_TRUE(inventory_.add({.name = "theirs",
                                .origin = storage::Origin::import,
                                .chain = issued.chain,
                                .key = issued.key},
                               example_actor, example_now));
    struct Case {
        days after;
        const char* said;
    };
    for (const auto& c :
         {Case{days{50}, nullptr}, Case{days{61}, "a third of its life"}, Case{days{62}, nullptr},
          Case{days{82}, "a tenth of its life"}, Case{days{83}, "within a week"},
          Case{days{88}, nullptr}, Case{days{89}, "within a day"}, Case{days{91}, "has expired"},
          Case{days{92}, nullptr}}) {
        SCOPED_TRACE(c.after.count());
        Renewal another{example_.store, example_.seal, example_actor};  // as after a start
        const auto warnings = run(another, example_now + c.after).warnings;
        if (c.said == nullptr)
            EXPECT_THAT(warnings, IsEmpty());
        else
            EXPECT_THAT(warnings,
                        ElementsAre(testing::AllOf(HasSubstr("«theirs» (import, until 2026-05-30)"),
                                                   HasSubstr(c.said),
                                                   HasSubstr("rhumb cert request --for theirs"))));
    }
    EXPECT_THAT(example_.events(), Contains("certificate.expired theirs"));
}

TEST_F(RenewalOfCertificates, SaysTheWorstAloneAfterALongSleep) {
    const auto authority = **Authority::find(example_.store);
    Order order;
    order.names = *pki::parse_names(std::vector<std::string>{"a.test"});
    auto issued = *authority.issue(example_.seal, order, example_now);
    ASSERT_TRUE(inventory_.add({.name = "theirs",
                                .origin = storage::Origin::request,
                                .chain = issued.chain,
                                .key = issued.key},
                               example_actor, example_now));
    EXPECT_THAT(run(example_now + days{95}).warnings, ElementsAre(HasSubstr("has expired")));
    EXPECT_THAT(run(example_now + days{80}).warnings, IsEmpty()) << "the clock was set back";
}

TEST_F(RenewalOfCertificates, WarnsWhenItsOwnRenewalFailsForLong) {
    const ExampleStore other;
    Renewal broken{example_.store, other.seal, example_actor};
    EXPECT_THAT(run(broken, example_now + days{61}).warnings, IsEmpty());
    EXPECT_THAT(run(broken, example_now + days{82}).warnings,
                ElementsAre(testing::AllOf(HasSubstr("«auto» (local authority"),
                                           HasSubstr("has failed 2 times"))));
}

TEST_F(RenewalOfCertificates, RenewsOneOnRequest) {
    const auto before = entry();
    ASSERT_TRUE(renewal_.renew_now("auto", example_machine(), example_now + days{1}));
    EXPECT_EQ(entry().record.not_after, before.record.not_after + days{1});
    EXPECT_EQ(renewal_.renew_now("none", example_machine(), example_now).error().kind,
              ErrorKind::not_found);
}

TEST_F(RenewalOfCertificates, WarnsInTheRootsLastYear) {
    EXPECT_THAT(run(example_now + days{3650 - 300}).warnings,
                ElementsAre(HasSubstr("ends in less than a year")));
}

TEST_F(RenewalOfCertificates, SaysThatTheRootHasExpired) {
    EXPECT_THAT(run(example_now + days{3700}).warnings,
                testing::Contains(HasSubstr("has expired, and clients refuse all")));
}

TEST(RenewalOfNothing, IsNothing) {
    ExampleStore example;
    Renewal renewal{example.store, example.seal, example_actor};
    const auto report = renewal.run_once(example_machine(), example_now);
    ASSERT_TRUE(report);
    EXPECT_THAT(report->renewed, IsEmpty());
}

TEST(RetryDelay, GrowsWithJitterAndIsShortForWhatHasExpired) {
    struct Case {
        std::uint32_t failures;
        bool has_expired;
        std::chrono::seconds around;
    };
    for (const auto& c :
         {Case{1, false, minutes{1}}, Case{2, false, minutes{10}}, Case{3, false, minutes{100}},
          Case{4, false, days{1}}, Case{40, false, days{1}}, Case{1, true, minutes{1}},
          Case{9, true, minutes{10}}}) {
        const auto delay = retry_delay(c.failures, c.has_expired);
        ASSERT_TRUE(delay);
        EXPECT_GE(*delay, c.around * 3 / 4);
        EXPECT_LE(*delay, c.around * 5 / 4);
    }
}

}  // namespace
}  // namespace rhumb::certs
