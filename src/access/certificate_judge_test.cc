#include "access/certificate_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "net/loop.h"
#include "net/spawn.h"
#include "pki/forge.h"

namespace rhumb::access {
namespace {

using config::ClientCertificate;
using pki::example_now;
using pki::Forged;
using std::chrono::days;
using std::chrono::minutes;
using testing::HasSubstr;
using Fault = CertificateFault;

pki::Recipe client_recipe(const std::string& user = "ann") {
    return {.common_name = user,
            .extensions = {{"basicConstraints", "CA:FALSE"},
                           {"keyUsage", "critical,digitalSignature"},
                           {"extendedKeyUsage", "clientAuth"},
                           {"subjectKeyIdentifier", "hash"},
                           {"authorityKeyIdentifier", "keyid"}}};
}

class Judged : public testing::Test {
protected:
    Judged() { trust_.roots = {authority_.root.certificate}; }

    http::ClientCertificate shown(const pki::Certificate& leaf) const {
        return {leaf.to_der(),
                {authority_.intermediate.certificate.to_der()},
                leaf.fingerprint_sha256()};
    }
    CertificateVerdict judge(const http::ClientCertificate& one, Seconds now = example_now) const {
        Seconds until{};
        return judge_certificate(trust_, one, now, until);
    }
    CertificateVerdict judge(const pki::Recipe& recipe, Seconds now = example_now) const {
        return judge(shown(authority_.leaf(recipe)), now);
    }

    const pki::ForgedAuthority authority_;
    ClientTrust trust_;
};

TEST_F(Judged, OneOfATrustedAuthorityIsGoodAndNobodys) {
    const auto verdict = judge(client_recipe());
    EXPECT_EQ(verdict.fault, Fault::none) << verdict.reason;
    EXPECT_EQ(verdict.user, "");
    EXPECT_THAT(verdict.name, HasSubstr("CN=ann"));
}

TEST_F(Judged, OneThatWasIssuedHereIsItsUsers) {
    const auto leaf = authority_.leaf(client_recipe());
    trust_.users.emplace(leaf.fingerprint_sha256(), "Ann");
    EXPECT_EQ(judge(shown(leaf)).user, "Ann");
    EXPECT_EQ(judge(client_recipe()).user, "") << "the same names, and another certificate";
}

TEST_F(Judged, TheFirstRuleThatFitsMakesTheUser) {
    trust_.rules.push_back(*CertificateRule::make({.user = "bob", .subject = "CN=b*"}));
    trust_.rules.push_back(*CertificateRule::make({.user = "staff", .subject = "CN=a*"}));
    trust_.rules.push_back(*CertificateRule::make({.user = "all", .subject = "CN=*"}));
    EXPECT_EQ(judge(client_recipe("ann")).user, "staff");
    EXPECT_EQ(judge(client_recipe("cid")).user, "all");
}

TEST_F(Judged, DatesAreTheirOwnFault) {
    EXPECT_EQ(judge(client_recipe(), example_now + days{91}).fault, Fault::expired);
    EXPECT_EQ(judge(client_recipe(), example_now - days{2}).fault, Fault::expired);
}

TEST_F(Judged, AnAuthorityThatHasExpiredIsNotTheClientsToMend) {
    auto recipe = client_recipe();
    recipe.until = example_now + days{4000};
    EXPECT_EQ(judge(recipe, example_now + days{366}).fault, Fault::untrusted);
}

TEST_F(Judged, NobodyIsBelievedWhoIsNotKnown) {
    const pki::ForgedAuthority other;
    const auto leaf = other.leaf(client_recipe());
    EXPECT_EQ(judge({leaf.to_der(), {other.intermediate.certificate.to_der()}, "x"}).fault,
              Fault::untrusted);
    EXPECT_EQ(judge({leaf.to_der(), {authority_.intermediate.certificate.to_der()}, "x"}).fault,
              Fault::untrusted)
        << "the same names, other keys";
    const auto own = pki::forge(client_recipe(), nullptr).certificate;
    EXPECT_EQ(judge({own.to_der(), {}, "x"}).fault, Fault::untrusted);
    EXPECT_EQ(judge({own.to_der(), {other.root.certificate.to_der()}, "x"}).fault,
              Fault::untrusted);
}

TEST_F(Judged, ACutChainIsNotTrusted) {
    const auto leaf = authority_.leaf(client_recipe());
    const auto verdict = judge({leaf.to_der(), {}, "x"});
    EXPECT_EQ(verdict.fault, Fault::untrusted);
    EXPECT_NE(verdict.reason, "");
    trust_.intermediates = {authority_.intermediate.certificate};
    EXPECT_EQ(judge({leaf.to_der(), {}, "x"}).fault, Fault::none) << "we have it ourselves";
}

TEST_F(Judged, AServersCertificateIsNoClients) {
    EXPECT_EQ(judge(client_recipe().with("extendedKeyUsage", "serverAuth")).fault,
              Fault::untrusted);
    EXPECT_EQ(judge(pki::leaf_recipe()).fault, Fault::untrusted);
}

TEST_F(Judged, BytesThatAreNoCertificateAreIllFormed) {
    for (const std::string bytes : {"", "x", "\x30\x03\x02\x01\x01"})
        EXPECT_EQ(judge({bytes, {}, "x"}).fault, Fault::untrusted);
    auto one = shown(authority_.leaf(client_recipe()));
    one.others.insert(one.others.begin(), "no certificate");
    EXPECT_EQ(judge(one).fault, Fault::none) << "what is not needed does no harm";
    one.leaf.pop_back();
    EXPECT_EQ(judge(one).fault, Fault::untrusted);
}

TEST_F(Judged, LongChainsAreNotLookedAt) {
    auto one = shown(authority_.leaf(client_recipe()));
    one.others.resize(client_chain_max, one.others.front());
    EXPECT_EQ(judge(one).fault, Fault::untrusted);
    one.others.resize(client_chain_max - 1);
    EXPECT_EQ(judge(one).fault, Fault::none);
}

TEST_F(Judged, ASelfSignedOneMayItselfBeTrusted) {
    const auto own = pki::forge(client_recipe(), nullptr).certificate;
    trust_.roots.push_back(own);
    EXPECT_EQ(judge({own.to_der(), {}, "x"}).fault, Fault::none);
}

std::string signer_of(const Forged& issuer) {
    return text::to_hex(*issuer.certificate.public_key().digest());
}

TEST_F(Judged, WhatALocalAuthorityRevokedIsRevokedWithoutAnyList) {
    auto recipe = client_recipe();
    recipe.serial = "77";
    const auto leaf = authority_.leaf(recipe);
    trust_.revoked = {{signer_of(authority_.intermediate), leaf.serial()}};
    EXPECT_EQ(judge(shown(leaf)).fault, Fault::revoked);
    trust_.revoked = {{signer_of(authority_.root), leaf.serial()}};
    EXPECT_EQ(judge(shown(leaf)).fault, Fault::none) << "another's number";
    trust_.revoked = {{signer_of(authority_.root), authority_.intermediate.certificate.serial()}};
    EXPECT_EQ(judge(shown(leaf)).fault, Fault::revoked) << "the intermediate";
}

TEST(JudgedByList, WhatAnotherAuthorityRevokedStandsInItsList) {
    const pki::ExampleAuthority authority;
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    const auto leaf =
        *pki::issue({.usage = pki::Usage::client,
                     .common_name = "ann",
                     .names = {},
                     .now = example_now,
                     .lifetime = days{30},
                     .constraints = {}},
                    key.public_key(), {authority.intermediate, authority.intermediate_key});
    const auto list = [&](std::vector<pki::Revoked> revoked) {
        return *pki::make_crl(
            {.number = 1, .now = example_now, .lifetime = days{7}, .revoked = std::move(revoked)},
            {authority.intermediate, authority.intermediate_key});
    };
    ClientTrust trust{.roots = {authority.root}, .intermediates = {authority.intermediate}};
    const auto fault = [&](Seconds now) {
        Seconds until{};
        return judge_certificate(trust, {leaf.to_der(), {}, "x"}, now, until).fault;
    };
    trust.crls = {list({})};
    EXPECT_EQ(fault(example_now), Fault::none);
    EXPECT_EQ(fault(example_now + days{8}), Fault::untrusted) << "the list is stale";
    trust.crls = {list({{leaf.serial(), example_now}})};
    EXPECT_EQ(fault(example_now), Fault::revoked);
}

TEST_F(Judged, AVerdictHoldsForAMinuteOrUntilTheFirstOfThePathEnds) {
    Seconds until{};
    (void)judge_certificate(trust_, shown(authority_.leaf(client_recipe())), example_now, until);
    EXPECT_EQ(until, example_now + minutes{1});
    auto recipe = client_recipe();
    recipe.until = example_now + std::chrono::seconds{10};
    (void)judge_certificate(trust_, shown(authority_.leaf(recipe)), example_now, until);
    EXPECT_EQ(until, example_now + std::chrono::seconds{10});
}

class Asker final : public http::CertificateAsker {
public:
    using Answer = Result<std::shared_ptr<const http::ClientCertificate>>;
    net::Task<std::shared_ptr<const http::ClientCertificate>> ask() override {
        ++asked;
        co_return answer;
    }
    Answer answer{nullptr};
    int asked = 0;
};

class JudgeOf : public Judged {
protected:
    JudgeOf() {
        channel_.is_secure = true;
        channel_.server_name = "gis.test";
        channel_.was_asked_for_certificate = true;
        request_.channel = &channel_;
        request_.host = "gis.test";
        judge_.take(std::make_shared<const ClientTrust>(trust_));
    }

    CertificateVerdict ask(ClientCertificate demand = ClientCertificate::require) {
        net::Loop loop;
        CertificateVerdict verdict;
        net::spawn(loop.executor(), keep(demand, verdict),
                   [&](const std::exception_ptr&) { loop.stop(); });
        loop.run();
        return verdict;
    }
    net::Sure<void> keep(ClientCertificate demand, CertificateVerdict& into) {
        into = co_await judge_.judge(request_, demand);
    }
    void show(const http::ClientCertificate& one) {
        channel_.client_certificate = std::make_shared<const http::ClientCertificate>(one);
    }

    ManualClock clock_{example_now};
    CertificateJudge judge_{clock_, std::make_shared<const ClientTrust>()};
    http::Channel channel_;
    http::Request request_;
    Asker asker_;
};

TEST_F(JudgeOf, ARequestIsOfItsConnectionsCertificate) {
    show(shown(authority_.leaf(client_recipe())));
    EXPECT_EQ(ask().fault, Fault::none);
    EXPECT_EQ(ask(ClientCertificate::ignore).fault, Fault::required) << "it is not looked at";
    EXPECT_EQ(ask(ClientCertificate::ignore).user, "");
}

TEST_F(JudgeOf, WhoHasShownNoneIsNotAskedAnew) {
    channel_.certificate_asker = &asker_;
    const auto verdict = ask();
    EXPECT_EQ(verdict.fault, Fault::required);
    EXPECT_FALSE(verdict.needs_new_connection);
    EXPECT_EQ(asker_.asked, 0);
}

TEST_F(JudgeOf, WhoWasNotAskedIsAskedNowWhereThatCanBe) {
    channel_.was_asked_for_certificate = false;
    channel_.certificate_asker = &asker_;
    asker_.answer =
        std::make_shared<const http::ClientCertificate>(shown(authority_.leaf(client_recipe())));
    EXPECT_EQ(ask().fault, Fault::none);
    EXPECT_EQ(asker_.asked, 1);
    asker_.answer = nullptr;
    EXPECT_EQ(ask().fault, Fault::required);
    EXPECT_FALSE(ask().needs_new_connection);
}

TEST_F(JudgeOf, WhoCannotBeAskedNeedsAnotherConnection) {
    channel_.was_asked_for_certificate = false;
    EXPECT_TRUE(ask().needs_new_connection);
    channel_.certificate_asker = &asker_;
    asker_.answer = fail(ErrorKind::unavailable, "not now");
    EXPECT_EQ(ask().fault, Fault::required);
    EXPECT_TRUE(ask().needs_new_connection);
}

TEST_F(JudgeOf, WhatWasShownUnderAnotherNameCountsNot) {
    show(shown(authority_.leaf(client_recipe())));
    request_.host = "other.test";
    EXPECT_EQ(ask().fault, Fault::required);
    EXPECT_TRUE(ask().needs_new_connection);
    channel_.server_name = "";
    EXPECT_EQ(ask().fault, Fault::none) << "a client that names no server means this one";
    channel_.server_name = "other.test";
    request_.host = "other.test.";
    EXPECT_EQ(ask().fault, Fault::none);
}

TEST_F(JudgeOf, InTheClearThereIsNone) {
    channel_ = {};
    request_.channel = &channel_;
    EXPECT_EQ(ask().fault, Fault::required);
    EXPECT_FALSE(ask().needs_new_connection);
}

TEST_F(JudgeOf, WhatWasJudgedIsForgottenAfterAMinuteAndWhenOthersCount) {
    auto recipe = client_recipe();
    recipe.until = example_now + std::chrono::seconds{90};
    const auto leaf = authority_.leaf(recipe);
    show(shown(leaf));
    EXPECT_EQ(ask().fault, Fault::none);
    clock_.advance(std::chrono::seconds{91});
    EXPECT_EQ(ask().fault, Fault::expired);
    clock_.set(example_now);
    EXPECT_EQ(ask().fault, Fault::none) << "the clock was set back";
    trust_.revoked = {{signer_of(authority_.intermediate), leaf.serial()}};
    judge_.take(std::make_shared<const ClientTrust>(trust_));
    EXPECT_EQ(ask().fault, Fault::revoked);
}

TEST_F(JudgeOf, AuthoritiesAreNamedToClientsOnceEach) {
    trust_.intermediates = {authority_.intermediate.certificate};
    trust_.roots.push_back(authority_.root.certificate);
    judge_.take(std::make_shared<const ClientTrust>(trust_));
    EXPECT_THAT(*judge_.authority_names(),
                testing::ElementsAre(authority_.root.certificate.subject_der(),
                                     authority_.intermediate.certificate.subject_der()));
}

}  // namespace
}  // namespace rhumb::access
