#include "tls/survey.h"

#include <gtest/gtest.h>

#include "pki/example.h"
#include "tls/fake_answers.h"
#include "tls/testing.h"

namespace rhumb::tls {
namespace {

using namespace std::chrono_literals;

SurveyOrder order_for(const net::Address& address) {
    return {.address = address, .server_name = "gis.test", .answer = 3s};
}

std::string flight(const std::string& messages) { return record(22, messages); }
std::string refusal() { return alert_record(2, 40); }

/// The first of `suites` that is offered; 0: none.
int first_of(const Offer& offer, const std::vector<int>& suites) {
    for (const auto suite : suites)
        if (offer.has(suite)) return suite;
    return 0;
}

TEST(Survey, OfOurOwnServerFindsItsProfileAndNothingElse) {
    const pki::ExampleAuthority signer;
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    const auto source = std::make_shared<ExampleSource>(
        CredentialGroup{*Credential::make(signer.chain({"gis.test"}, key), key)});
    const ExampleServer server{source};
    const auto found = survey(order_for({"127.0.0.1", server.port()}));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->versions, (std::vector{Version::tls_1_3, Version::tls_1_2}));
    EXPECT_EQ(found->suites_13.size(), 3U);
    EXPECT_EQ(found->suites.size(), 3U);
    for (const auto id : found->suites) EXPECT_TRUE(suite_name(id).starts_with("TLS_ECDHE_ECDSA_"));
    EXPECT_EQ(found->groups.size(), 4U);
    EXPECT_EQ(found->groups.front(), 0x11ec);
    EXPECT_TRUE(found->weak_groups.empty());
    EXPECT_TRUE(found->renegotiates_safely);
    EXPECT_FALSE(found->compresses);
    EXPECT_FALSE(found->asks_certificate);
    EXPECT_EQ(found->unfinished, "");
    EXPECT_EQ(found->certificates.size(), 2U);
    EXPECT_LE(found->connections, 20);
}

TEST(Survey, SeesWhatNoLibraryOfOurDaysSpeaks) {
    FakeServer server{[](const Offer& offer) {
        if (offer.is_13) return alert_record(2, 70);
        const int suite = first_of(offer, {0x0005, 0x0003, 0x0002, 0x0018, 0x0009, 0x0014});
        if (suite == 0) return refusal();
        const bool is_export = suite == 0x0003;
        return flight(server_hello({.version = offer.version == 0x0300 ? 0x0300 : 0x0301,
                                    .suite = suite,
                                    .compression = offer.compresses ? 1 : 0}) +
                      (is_export ? prime_share(64) : "") + done());
    }};
    const auto found = survey(order_for(server.address()));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->versions, (std::vector{Version::tls_1_0, Version::ssl_3}));
    EXPECT_TRUE(found->compresses);
    EXPECT_FALSE(found->renegotiates_safely);
    std::vector<SuiteClass> classes;
    for (const auto id : found->suites)
        for (const auto& suite : all_suites())
            if (suite.id == id) classes.push_back(suite.suite_class());
    EXPECT_EQ(classes, (std::vector{SuiteClass::rc4, SuiteClass::exportable, SuiteClass::null,
                                    SuiteClass::anonymous, SuiteClass::des}));
    EXPECT_EQ(found->unfinished, "");
}

TEST(Survey, FindsAnOldVersionBelowAGap) {
    FakeServer server{[](const Offer& offer) {
        const bool takes = offer.version == 0x0303 || offer.version == 0x0301;
        if (offer.is_13 || !takes || !offer.has(0xc02f)) return alert_record(2, 70);
        return flight(
            server_hello(
                {.version = offer.version, .suite = 0xc02f, .extensions = renegotiation()}) +
            curve_share(0x17) + done());
    }};
    const auto found = survey(order_for(server.address()));
    ASSERT_TRUE(found) << found.error().message;
    // TLS 1.1 is answered by an alert, as no server does that takes TLS 1.0; SSL 3.0 is asked for
    // all the same.
    EXPECT_TRUE(found->takes(Version::tls_1_2));
    EXPECT_FALSE(found->takes(Version::ssl_3));
}

TEST(Survey, MeasuresPrimesAndSmallCurves) {
    FakeServer server{[](const Offer& offer) {
        if (offer.is_13) return alert_record(2, 70);
        if (offer.version != 0x0303) return alert_record(2, 70);
        const bool is_weak = !offer.has_group(0x1d) && offer.has_group(0x13);
        const int suite = is_weak ? 0xc02f : first_of(offer, {0x009e, 0xc02f});
        if (suite == 0) return refusal();
        return flight(server_hello({.suite = suite, .extensions = renegotiation()}) +
                      (suite == 0x009e ? prime_share(128) : curve_share(is_weak ? 0x13 : 0x17)) +
                      done());
    }};
    const auto found = survey(order_for(server.address()));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->prime_bits, 1024);
    EXPECT_EQ(found->weak_groups, (std::vector<std::uint16_t>{0x13}));
}

TEST(Survey, AsksAgainWithAKeyShareWhereNoneIsRefused) {
    const auto takes_share_only = [](const Offer& offer) {
        if (!offer.is_13) return alert_record(2, 70);
        return offer.groups.empty() || !offer.has(0x1301) || !offer.has_group(0x1d)
                   ? refusal()
                   : flight(server_hello(
                         {.suite = 0x1301,
                          .extensions = extension(43, number(0x0304, 2)) +
                                        extension(51, number(0x1d, 2) + vector("key", 2))}));
    };
    int asked = 0;
    FakeServer server{[&](const Offer& offer) {
        return offer.is_13 && ++asked == 1 ? alert_record(2, 47) : takes_share_only(offer);
    }};
    const auto found = survey(order_for(server.address()));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->versions, std::vector{Version::tls_1_3});
    EXPECT_EQ(found->groups, (std::vector<std::uint16_t>{0x1d}));
}

TEST(Survey, EndsWithAServerThatTakesEverythingAndNeverStops) {
    FakeServer server{[](const Offer& offer) {
        if (offer.is_13) return flight(retry_request(0x1301, 0x17));
        return flight(server_hello({.version = offer.version,
                                    .suite = offer.suites.front(),
                                    .extensions = renegotiation()}) +
                      done());
    }};
    auto order = order_for(server.address());
    order.connections_max = 25;
    const auto found = survey(order);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_LE(server.count(), 26);
}

TEST(Survey, GivesUpOnAServerThatSaysNothing) {
    FakeServer server{[](const Offer&) { return std::string{}; }};
    const auto found = survey(order_for(server.address()));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::unavailable);
}

TEST(Survey, SaysThatNobodyListens) {
    net::Address address;
    {
        FakeServer server{[](const Offer&) { return std::string{}; }};
        address = server.address();
    }
    EXPECT_FALSE(survey(order_for(address)));
    EXPECT_EQ(greet(order_for(address)).kind, Greeting::Kind::refused);
}

TEST(Greet, TellsTlsFromAlertsAndFromOtherTalk) {
    struct Case {
        std::string answer;
        Greeting::Kind kind;
    };
    for (const auto& one : {Case{flight(server_hello() + done()), Greeting::Kind::tls},
                            Case{alert_record(2, 112), Greeting::Kind::alert},
                            Case{"SSH-2.0-OpenSSH_9.2p1\r\n", Greeting::Kind::other},
                            Case{"", Greeting::Kind::hung_up}}) {
        FakeServer server{[&](const Offer&) { return one.answer; }};
        const auto greeting = greet(order_for(server.address()));
        EXPECT_EQ(greeting.kind, one.kind) << one.answer << greeting.reason;
        if (one.kind == Greeting::Kind::other) {
            EXPECT_EQ(greeting.first_bytes, one.answer);
        }
        if (one.kind == Greeting::Kind::alert) {
            EXPECT_EQ(greeting.answer.alert->description, 112);
        }
    }
}

}  // namespace
}  // namespace rhumb::tls
