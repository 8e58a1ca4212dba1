#include "doctor/client_judge.h"

#include <gtest/gtest.h>

#include "pki/forge.h"

namespace rhumb::doctor {
namespace {

using pki::forge;
using pki::Forged;
using Ids = std::vector<std::string>;
using Certificates = std::vector<pki::Certificate>;

Ids ids(const std::vector<Finding>& findings) {
    Ids all;
    for (const auto& one : findings) all.push_back(one.id);
    return all;
}

class Clients : public testing::Test {
protected:
    Anchors anchors(const char* kind, const char* client, Certificates roots) const {
        return {.kind = kind,
                .client = client,
                .roots = std::move(roots),
                .command = std::string{"rhumb trust install --store "} + kind};
    }
    Showing showing(Certificates certificates, std::vector<Anchors> known) const {
        return {.about = "https://gis.example.com",
                .certificates = std::move(certificates),
                .name = *pki::Name::parse("gis.example.com"),
                .anchors = std::move(known),
                .own_roots = {},
                .host_in_commands = "gis.example.com",
                .now = pki::example_now};
    }
    static std::vector<Finding> judge(const Showing& showing) {
        return judge_certificates(showing, ask_clients(showing));
    }

    const pki::ForgedAuthority authority_;
    const pki::ForgedAuthority stranger_;
    const pki::Certificate root_ = authority_.root.certificate;
    const pki::Certificate intermediate_ = authority_.intermediate.certificate;
    const pki::Certificate leaf_ = authority_.leaf();
    const Anchors public_ = anchors("public", "Browsers", {root_});
    const Anchors others_ = anchors("public", "Browsers", {stranger_.root.certificate});
};

TEST_F(Clients, AcceptAGoodChain) {
    const auto good = showing({leaf_, intermediate_}, {public_});
    EXPECT_TRUE(ask_clients(good).front().accepts);
    EXPECT_EQ(ids(judge(good)), Ids{});
}

TEST_F(Clients, ThatDoNotKnowTheAuthorityAreToldOnce) {
    for (const auto& certificates : {Certificates{leaf_, intermediate_}}) {
        const auto findings = judge(showing(
            certificates, {others_, anchors("system", "Programs", {stranger_.root.certificate})}));
        ASSERT_EQ(ids(findings), Ids{"client.unknown-authority"});
        EXPECT_NE(findings.front().sentence.find("Forged root"), std::string::npos);
        EXPECT_EQ(findings.front().command, "rhumb trust install --from https://gis.example.com");
    }
}

TEST_F(Clients, AreToldThatARootIsSentAlongApartFromNotBeingKnown) {
    EXPECT_EQ(ids(judge(showing({leaf_, intermediate_, root_}, {others_}))),
              (Ids{"chain.contains-root", "client.unknown-authority"}));
}

TEST_F(Clients, SayThatTheyDoNotKnowTheAuthority) {
    const auto said = [&](const Certificates& certificates) {
        return ask_clients(showing(certificates, {others_})).front().sentence;
    };
    EXPECT_EQ(said({leaf_, intermediate_}), "it does not know the authority «CN=Forged root»");
    EXPECT_NE(said({leaf_}).find("add the missing intermediate"), std::string::npos)
        << said({leaf_});
}

TEST_F(Clients, LackAnIntermediateWhereTheLeafStandsAlone) {
    EXPECT_EQ(ids(judge(showing({leaf_}, {public_}))), Ids{"chain.incomplete"});
    EXPECT_EQ(ids(judge(showing({leaf_}, {others_}))), Ids{"chain.incomplete"});
}

TEST_F(Clients, OfAPrivateAuthorityNeedNotBePublic) {
    const auto findings =
        judge(showing({leaf_, intermediate_}, {others_, anchors("system", "Programs", {root_}),
                                               anchors("nss", "Firefox", {root_})}));
    EXPECT_EQ(ids(findings), Ids{});
}

TEST_F(Clients, ThatWereForgottenAreNamedWithTheCommand) {
    const auto findings =
        judge(showing({leaf_, intermediate_}, {others_, anchors("system", "Programs", {root_}),
                                               anchors("nss", "Firefox", {})}));
    ASSERT_EQ(ids(findings), Ids{"client.lacks-root"});
    EXPECT_NE(findings.front().sentence.find("Firefox"), std::string::npos);
    EXPECT_EQ(findings.front().command, "rhumb trust install --store nss");
}

TEST_F(Clients, AreNotAskedToKnowOurOwnRoot) {
    auto ours = showing({leaf_, intermediate_}, {others_, anchors("system", "Programs", {})});
    ours.own_roots = {root_};
    EXPECT_EQ(ids(judge(ours)), Ids{});
}

TEST_F(Clients, HearOfANameWhichOthersWouldFit) {
    auto wrong = showing({leaf_, intermediate_}, {public_});
    wrong.name = *pki::Name::parse("other.example.com");
    const auto findings = judge(wrong);
    ASSERT_EQ(ids(findings), Ids{"cert.san.not-covered"});
    EXPECT_EQ(findings.front().sentence,
              "The certificate is not for «other.example.com»; it is for «gis.example.com».");
}

TEST_F(Clients, HearOfAnEndOnce) {
    auto late = showing({leaf_, intermediate_}, {public_});
    late.now = leaf_.not_after() + std::chrono::days{1};
    EXPECT_EQ(ids(judge(late)), Ids{"cert.date.expired"});
    EXPECT_EQ(ask_clients(late).front().refusal, "date.expired");
}

TEST_F(Clients, HearOfASelfSignedCertificateAsAnError) {
    auto recipe = pki::leaf_recipe().with("authorityKeyIdentifier", "");
    recipe.common_name = "gis.example.com";
    recipe = recipe.with("subjectAltName", "DNS:gis.example.com");
    const auto alone = forge(recipe, nullptr).certificate;
    const auto findings = judge(showing({alone}, {others_}));
    ASSERT_EQ(ids(findings), Ids{"chain.self-signed"});
    EXPECT_EQ(findings.front().severity, Severity::error);

    EXPECT_EQ(ids(judge(showing({alone}, {others_, anchors("system", "Programs", {alone})}))),
              Ids{});
}

TEST_F(Clients, WithoutAnyRootsAreNotJudged) {
    const auto nobody = showing({leaf_, intermediate_}, {});
    EXPECT_TRUE(ask_clients(nobody).empty());
    EXPECT_EQ(ids(judge(nobody)), Ids{});
}

TEST_F(Clients, MindTheLifeOfPublicCertificatesOnly) {
    auto recipe = pki::leaf_recipe();
    recipe.until = recipe.from + std::chrono::days{500};
    const auto leaf = authority_.leaf(recipe);
    EXPECT_EQ(ids(judge(showing({leaf, intermediate_}, {public_}))),
              (Ids{"cert.validity.over-398", "chain.date.ends-first"}));
    EXPECT_EQ(ids(judge(showing({leaf, intermediate_},
                                {others_, anchors("system", "Programs", {root_})}))),
              Ids{"chain.date.ends-first"});
}

}  // namespace
}  // namespace rhumb::doctor
