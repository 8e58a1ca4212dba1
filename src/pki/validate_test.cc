#include "pki/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/forged_paths.h"

namespace rhumb::pki {
namespace {

using std::chrono::days;

const ForgedAuthority& authority() {
    static const ForgedAuthority made;
    return made;
}

const Certificate& root() { return authority().root.certificate; }
const Certificate& intermediate() { return authority().intermediate.certificate; }

Validation against(std::vector<Certificate> intermediates,
                   Strictness strictness = Strictness::letter) {
    return {.roots = {root()},
            .intermediates = std::move(intermediates),
            .now = example_now,
            .strictness = strictness};
}

TEST(Validate, GivesThePathFromLeafToRoot) {
    const auto leaf = authority().leaf();

    const auto path = validate(leaf, against({intermediate()}));

    ASSERT_TRUE(path) << path.error().sentence;
    EXPECT_THAT(*path, testing::ElementsAre(leaf, intermediate(), root()));
}

TEST(Validate, DoesNotMindOrderDuplicatesRootsAndStrangers) {
    const auto stranger = forge(intermediate_recipe("Stranger"), &authority().root).certificate;
    const auto leaf = authority().leaf();

    EXPECT_EQ(verdict(leaf, against({stranger, root(), intermediate(), leaf, intermediate()})),
              "good");
}

TEST(Validate, SaysWhichIssuerIsMissing) {
    const auto path = validate(authority().leaf(), against({}));

    ASSERT_FALSE(path);
    EXPECT_EQ(path.error().id, "path.no-issuer");
    EXPECT_THAT(path.error().sentence, testing::HasSubstr("«CN=Forged intermediate»"));
    EXPECT_THAT(to_error(path.error()).message, testing::HasSubstr("(path.no-issuer)"));
}

TEST(Validate, RefusesARootThatIsNotTrusted) {
    auto validation = against({intermediate(), root()});
    validation.roots = {forge(root_recipe("Another"), nullptr).certificate};
    EXPECT_EQ(verdict(authority().leaf(), validation), "path.untrusted-root");

    // Of the same name, with another key.
    validation.roots = {forge(root_recipe(), nullptr).certificate};
    validation.intermediates = {intermediate()};
    EXPECT_EQ(verdict(authority().leaf(), validation), "signature.invalid");
}

TEST(Validate, TakesASelfSignedCertificateOnlyWhenItIsTrusted) {
    auto recipe = leaf_recipe()
                      .with("subjectAltName", "DNS:gis.example.com")
                      .with("authorityKeyIdentifier", "");
    recipe.common_name = "gis.example.com";
    const auto own = forge(recipe, nullptr).certificate;
    EXPECT_EQ(verdict(own, against({})), "path.self-signed");

    auto validation = against({});
    validation.roots = {own};
    validation.name = *Name::parse("gis.example.com");
    EXPECT_EQ(verdict(own, validation), "good");
    validation.name = *Name::parse("www.example.com");
    EXPECT_EQ(verdict(own, validation), "name.differs");
}

TEST(Validate, EndsAtATrustedIntermediate) {
    auto validation = against({});
    validation.roots = {intermediate()};
    EXPECT_EQ(verdict(authority().leaf(), validation), "good");
}

/// One authority with two certificates: the way by the one that has expired is given up for the
/// other.
TEST(Validate, TakesAnotherWayWhereOneIsClosed) {
    auto recipe = intermediate_recipe();
    const auto good = forge(recipe, &authority().root);
    recipe.until = example_now - days{1};
    const auto expired = forge(recipe, &authority().root);
    const auto elsewhere = forge(root_recipe("Elsewhere"), nullptr);
    recipe.until = example_now + days{1};
    const auto lost = forge(recipe, &elsewhere);
    const auto leaf = forge(leaf_recipe(), &good).certificate;

    EXPECT_EQ(verdict(leaf, against({expired.certificate, lost.certificate, good.certificate})),
              "good");
    EXPECT_EQ(verdict(leaf, against({expired.certificate, lost.certificate})), "date.expired");
}

TEST(Validate, CoversNamesAsClientsDo) {
    const auto leaf = authority().leaf(
        leaf_recipe("DNS:*.example.com,DNS:a.b.example.com,IP:192.0.2.7,DNS:*.co.uk"));
    struct Case {
        const char* name;
        const char* verdict;
    };
    for (const auto& c :
         {Case{"www.example.com", "good"}, Case{"WWW.Example.COM.", "good"},
          Case{"a.b.example.com", "good"}, Case{"192.0.2.7", "good"},
          Case{"example.com", "name.differs"}, Case{"c.b.example.com", "name.differs"},
          Case{"192.0.2.8", "name.differs"}, Case{"shop.co.uk", "name.public-suffix"}}) {
        auto validation = against({intermediate()});
        validation.name = *Name::parse(c.name);
        EXPECT_EQ(verdict(leaf, validation), c.verdict) << c.name;
    }
}

TEST(Validate, JudgesClientsCertificates) {
    const auto leaf = authority().leaf(
        leaf_recipe("email:Ann@example.com").with("extendedKeyUsage", "clientAuth"));
    auto validation = against({intermediate()});
    EXPECT_EQ(verdict(leaf, validation), "usage.extended");

    validation.purpose = Purpose::client;
    EXPECT_EQ(verdict(leaf, validation), "good");
    validation.emails = {"Ann@EXAMPLE.com"};
    EXPECT_EQ(verdict(leaf, validation), "good");
    validation.emails = {"ann@example.com"};
    EXPECT_EQ(verdict(leaf, validation), "name.differs");
    EXPECT_EQ(verdict(authority().leaf(), validation), "usage.extended");
}

TEST(Validate, CountsPathLengthsButNotTheSelfIssued) {
    const auto second = forge(intermediate_recipe("Second"), &authority().intermediate);
    const auto leaf = forge(leaf_recipe(), &second).certificate;
    EXPECT_EQ(verdict(leaf, against({second.certificate, intermediate()})), "path.length");

    // A new key for the same authority, signed by the old one.
    const auto renewed = forge(intermediate_recipe(), &authority().intermediate);
    EXPECT_EQ(verdict(forge(leaf_recipe(), &renewed).certificate,
                      against({renewed.certificate, intermediate()})),
              "good");
}

TEST(Validate, PermitsOnlySoManyIntermediates) {
    auto validation = against({intermediate()});
    validation.depth_max = 0;
    EXPECT_EQ(verdict(authority().leaf(), validation), "path.too-long");
    validation.depth_max = 1;
    EXPECT_EQ(verdict(authority().leaf(), validation), "good");
}

TEST(Validate, HeedsNameConstraints) {
    struct Case {
        const char* constraints;
        const char* names;
        const char* verdict;
    };
    for (const auto& c : {
             Case{"critical,permitted;DNS:example.com", "DNS:gis.example.com", "good"},
             Case{"critical,permitted;DNS:example.com", "DNS:*.example.com", "good"},
             Case{"critical,permitted;DNS:example.com", "DNS:badexample.com",
                  "constraints.not-permitted"},
             Case{"critical,permitted;DNS:gis.example.com", "DNS:*.example.com",
                  "constraints.not-permitted"},
             Case{"critical,excluded;DNS:gis.example.com", "DNS:*.example.com",
                  "constraints.excluded"},
             Case{"critical,excluded;DNS:a.gis.example.com", "DNS:*.example.com", "good"},
             Case{"critical,excluded;DNS:example.com", "DNS:gis.example.com",
                  "constraints.excluded"},
             Case{"critical,permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.2.9", "good"},
             Case{"critical,permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.3.9",
                  "constraints.not-permitted"},
             Case{"critical,permitted;IP:192.0.2.0/255.255.255.0", "IP:2001:db8::1",
                  "constraints.not-permitted"},
             Case{"critical,permitted;IP:192.0.2.9/255.255.255.0", "IP:192.0.2.1", "good"},
             // Excluded: all mail addresses; all DNS names. (An empty one stands for all.)
             Case{"critical,DER:3006A10430028100", "DNS:a.com,email:ann@example.com",
                  "constraints.excluded"},
             Case{"critical,DER:3006A10430028100", "DNS:a.com", "good"},
             Case{"critical,DER:3006A10430028200", "DNS:a.com", "constraints.excluded"},
             Case{"critical,DER:3006A10430028200", "IP:192.0.2.1", "good"},
             Case{"critical,permitted;IP:192.0.2.0/255.0.255.0", "IP:192.0.2.9",
                  "constraints.malformed"},
             Case{"critical,permitted;DNS:*.example.com", "DNS:gis.example.com",
                  "constraints.malformed"},
             Case{"critical,permitted;DNS:.example.com", "DNS:gis.example.com",
                  "constraints.malformed"},
             Case{"critical,permitted;URI:.example.com", "DNS:a.com,URI:https://gis.example.com/x",
                  "good"},
             Case{"critical,permitted;URI:.example.com", "DNS:a.com,URI:https://example.com:8443/",
                  "constraints.not-permitted"},
             Case{"critical,excluded;URI:example.com", "DNS:a.com,URI:https://192.0.2.1/",
                  "constraints.unsupported"},
             Case{"critical,excluded;email:example.com", "DNS:a.com,email:ann@example.com",
                  "constraints.excluded"},
             Case{"critical,excluded;email:example.com", "DNS:a.com,email:ann@gis.example.com",
                  "good"},
             Case{"critical,excluded;email:.example.com", "DNS:a.com,email:ann@gis.example.com",
                  "constraints.excluded"},
             Case{"critical,permitted;email:ann@example.com", "DNS:a.com,email:bob@example.com",
                  "constraints.not-permitted"},
         }) {
        const auto made = make(leaf_recipe(c.names),
                               intermediate_recipe().with("nameConstraints", c.constraints));
        EXPECT_EQ(verdict(made.leaf, made.validation), c.verdict)
            << c.constraints << " and " << c.names;
    }
    // As clients do it, a period at the beginning means: below, but not itself.
    for (const auto& [name, wanted] : {std::pair{"DNS:gis.example.com", "good"},
                                       {"DNS:example.com", "constraints.not-permitted"},
                                       {"DNS:*.example.com", "good"},
                                       {"DNS:foo_bar.example.com", "good"}}) {
        auto made = make(
            leaf_recipe(name),
            intermediate_recipe().with("nameConstraints", "critical,permitted;DNS:.example.com"));
        made.validation.strictness = Strictness::clients;
        EXPECT_EQ(verdict(made.leaf, made.validation), wanted) << name;
    }
}

TEST(Validate, FollowsPolicies) {
    const auto demanding = intermediate_recipe()
                               .with("policyConstraints", "critical,requireExplicitPolicy:0")
                               .with("certificatePolicies", "1.2.3.4");
    auto made = make(leaf_recipe().with("certificatePolicies", "1.2.3.4"), demanding);
    EXPECT_EQ(verdict(made.leaf, made.validation), "good");
    made = make(leaf_recipe().with("certificatePolicies", "1.2.3.5"), demanding);
    EXPECT_EQ(verdict(made.leaf, made.validation), "policy.violated");
    made = make(leaf_recipe(), demanding);
    EXPECT_EQ(verdict(made.leaf, made.validation), "policy.violated");
}

TEST(Validate, KnowsHowCertificatesAreSigned) {
    // Ed25519 has no digest of its own; browsers refuse it, other clients do not.
    auto edwards = root_recipe();
    edwards.key = forge_key("ED25519");
    edwards.digest = nullptr;
    const auto above = forge(edwards, nullptr);
    auto middle = intermediate_recipe();
    middle.digest = nullptr;
    const auto issuer = forge(middle, &above);
    const auto leaf = forge(leaf_recipe(), &issuer).certificate;
    const Validation validation{.roots = {above.certificate},
                                .intermediates = {issuer.certificate},
                                .now = example_now,
                                .strictness = Strictness::clients};
    EXPECT_EQ(verdict(leaf, validation), "good");

    // A root may be signed in any way: it is trusted for what it is.
    auto old = root_recipe();
    old.digest = EVP_sha1();
    const auto made = make(leaf_recipe(), intermediate_recipe(), old);
    EXPECT_EQ(verdict(made.leaf, made.validation), "good");
}

TEST(Validate, SaysOfSeveralWaysWhatSpeaksAgainstTheOneThatCameFurthest) {
    // One issuer is a stranger of the same name, one has expired, and the third may not certify the
    // name.
    const auto recipe = intermediate_recipe();
    auto ended = recipe;
    ended.until = example_now - days{1};
    const auto closed = forge(recipe.with("nameConstraints", "critical,excluded;DNS:example.com"),
                              &authority().root);
    const auto expired = forge(ended, &authority().root);
    const auto stranger = forge(intermediate_recipe(), &authority().root);
    const auto leaf = forge(leaf_recipe(), &closed).certificate;

    EXPECT_EQ(verdict(leaf, against({stranger.certificate})), "signature.invalid");
    EXPECT_EQ(verdict(leaf, against({stranger.certificate, expired.certificate})), "date.expired");
    EXPECT_EQ(
        verdict(leaf, against({stranger.certificate, expired.certificate, closed.certificate})),
        "constraints.excluded");
}

/// Sixty authorities of one name, each signed by the one before, and no root: each might be the
/// issuer of each.
TEST(Validate, GivesUpSoonOnWhatIsMadeToKeepItBusy) {
    std::vector<Certificate> pool;
    const auto recipe = [] {
        return intermediate_recipe("Same")
            .with("basicConstraints", "critical,CA:TRUE")
            .with("authorityKeyIdentifier", "");
    };
    auto last = forge(recipe(), nullptr);
    for (int i = 0; i < 60; ++i) {
        last = forge(recipe(), &last);
        pool.push_back(last.certificate);
    }
    std::reverse(pool.begin(), pool.end());
    const auto leaf = forge(leaf_recipe().with("authorityKeyIdentifier", ""), &last).certificate;

    EXPECT_EQ(verdict(leaf, against(pool, Strictness::clients)), "path.too-much");
}

class Revocation : public testing::Test {
protected:
    Crl list(std::vector<Revoked> revoked, Seconds from = example_now - days{1}) const {
        return *make_crl(
            {.number = 7, .now = from, .lifetime = days{7}, .revoked = std::move(revoked)},
            {ours_.intermediate, ours_.intermediate_key});
    }
    std::string verdict_with(std::vector<Crl> crls) const {
        return verdict(leaf_, {.roots = {ours_.root},
                               .intermediates = {ours_.intermediate},
                               .now = example_now,
                               .crls = std::move(crls)});
    }

    const ExampleAuthority ours_;
    const Key key_ = *Key::generate(KeyType::ec_p256);
    const Certificate leaf_ = *ours_.try_issue({"gis.test"}, key_);
    const Revoked revoked_{.serial = leaf_.serial(), .when = example_now - days{2}};
};

TEST_F(Revocation, IsAskedOfTheIssuersThatHaveLists) {
    EXPECT_EQ(verdict_with({}), "good");
    EXPECT_EQ(verdict_with({list({})}), "good");
    EXPECT_EQ(verdict_with({list({{.serial = "0badcafe", .when = example_now}})}), "good");
    EXPECT_EQ(verdict_with({list({revoked_})}), "revoked");

    // The list of another authority, which happens to have used the same serial number.
    const auto foreign =
        *make_crl({.number = 1, .now = example_now, .lifetime = days{7}, .revoked = {revoked_}},
                  {ours_.root, ours_.root_key});
    EXPECT_EQ(verdict_with({list({}), foreign}), "good");
}

TEST_F(Revocation, NeedsAListThatIsCurrent) {
    EXPECT_EQ(verdict_with({list({}, example_now - days{8})}), "crl.expired");
    EXPECT_EQ(verdict_with({list({}, example_now + days{1})}), "crl.not-yet-valid");
    EXPECT_EQ(verdict_with({list({}, example_now - days{8}), list({})}), "good");
    // What was revoked once stays so.
    EXPECT_EQ(verdict_with({list({revoked_}, example_now - days{8}), list({})}), "revoked");
}

TEST_F(Revocation, NeedsTheIssuersOwnSignature) {
    // The same name, another key.
    const ExampleAuthority other;
    const auto forged =
        *make_crl({.number = 1, .now = example_now, .lifetime = days{7}, .revoked = {revoked_}},
                  {other.intermediate, other.intermediate_key});
    EXPECT_EQ(verdict_with({forged}), "crl.signature");
}

}  // namespace
}  // namespace rhumb::pki
