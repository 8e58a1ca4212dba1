#include "pki/lint.h"

#include <functional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/forge.h"

namespace rhumb::pki {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> ids(const std::vector<Finding>& findings) {
    std::vector<std::string> all;
    all.reserve(findings.size());
    for (const auto& finding : findings) all.emplace_back(finding.id);
    return all;
}

/// What is given to lint().
struct Given {
    std::vector<Certificate> certificates;
    LintContext context{.now = example_now};
};

const ForgedAuthority& authority() {
    static const ForgedAuthority made;
    return made;
}

/// A leaf of the example authority, with its intermediate.
Given leaf(const Recipe& recipe) {
    return {{authority().leaf(recipe), authority().intermediate.certificate}};
}

Given leaf_with(const std::string& extension, const std::string& value) {
    return leaf(leaf_recipe().with(extension, value));
}

Given named(const std::string& names) { return leaf(leaf_recipe(names)); }

Given with_key(ForgedKey key) {
    auto recipe = leaf_recipe();
    recipe.key = std::move(key);
    return leaf(recipe);
}

Given alive(Seconds from, std::chrono::days life) {
    auto recipe = leaf_recipe();
    recipe.from = from;
    recipe.until = from + life - std::chrono::seconds{1};
    auto given = leaf(recipe);
    given.context.now = from + std::chrono::hours{1};
    return given;
}

Seconds date(int year, int month, int day) {
    return std::chrono::sys_days{std::chrono::year{year} / month / day};
}

Given privately(Given given) {
    given.context.audience = Audience::private_authority;
    return given;
}

Given below(const Recipe& intermediate) {
    const auto issuer = forge(intermediate, &authority().root);
    return {{forge(leaf_recipe(), &issuer).certificate, issuer.certificate}};
}

Given served(std::vector<Certificate> certificates) { return {std::move(certificates)}; }

Certificate good_leaf() { return authority().leaf(); }
Certificate intermediate() { return authority().intermediate.certificate; }
Certificate root() { return authority().root.certificate; }

ForgedKey spelled_out() {
    auto key = forge_curve_key();
    EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING,
                                   OSSL_PKEY_EC_ENCODING_EXPLICIT);
    return key;
}

struct Case {
    const char* id;
    std::function<Given()> bad;  ///< lint must find it here
};

/// One for each rule.
std::vector<Case> date_cases() {
    using std::chrono::days;
    return {
        {"cert.date.expired",
         [] {
             auto given = leaf(leaf_recipe());
             given.context.now += days{91};
             return given;
         }},
        {"cert.date.not-yet-valid",
         [] {
             auto given = leaf(leaf_recipe());
             given.context.now -= days{2};
             return given;
         }},
        {"cert.date.near-end",
         [] {
             auto given = leaf(leaf_recipe());
             given.context.now += days{62};
             return given;
         }},
        {"cert.validity.over-825", [] { return privately(alive(date(2026, 1, 1), days{826})); }},
        {"cert.validity.over-398", [] { return alive(date(2026, 3, 14), days{399}); }},
        {"cert.validity.over-200", [] { return alive(date(2026, 3, 15), days{201}); }},
        {"cert.validity.over-100", [] { return alive(date(2027, 3, 15), days{101}); }},
        {"cert.validity.over-47", [] { return alive(date(2029, 3, 15), days{48}); }},
        {"chain.date.expired",
         [] {
             auto recipe = intermediate_recipe();
             recipe.until = example_now - days{1};
             return below(recipe);
         }},
        {"chain.date.ends-first",
         [] {
             auto recipe = intermediate_recipe();
             recipe.until = example_now + days{30};
             return below(recipe);
         }},
    };
}

std::vector<Case> name_cases() {
    return {
        {"cert.san.missing", [] { return leaf_with("subjectAltName", ""); }},
        {"cert.san.malformed", [] { return named("DNS:foo_bar.example.com"); }},
        {"cert.san.not-covered",
         [] {
             auto given = leaf(leaf_recipe());
             given.context.names = example_names({"gis.example.com", "www.example.com"});
             return given;
         }},
        {"cert.san.internal-name", [] { return named("DNS:gis.example.com,DNS:gis.corp"); }},
        {"cert.san.reserved-address", [] { return named("DNS:gis.example.com,IP:192.168.1.5"); }},
        {"cert.san.public-suffix", [] { return named("DNS:*.co.uk"); }},
        {"cert.san.critical", [] { return leaf_with("subjectAltName", "DNS:gis.example.com"); }},
        {"cert.common-name.not-in-san",
         [] {
             auto recipe = leaf_recipe().with("subjectAltName", "DNS:gis.example.com");
             recipe.common_name = "www.example.org";
             return leaf(recipe);
         }},
        {"cert.san.many",
         [] {
             std::string names = "DNS:n0.example.com";
             for (int i = 1; i <= 100; ++i) names += fmt::format(",DNS:n{}.example.com", i);
             return named(names);
         }},
    };
}

std::vector<Case> usage_cases() {
    return {
        {"cert.precertificate",
         [] { return leaf_with("1.3.6.1.4.1.11129.2.4.3", "critical,DER:0500"); }},
        {"cert.version",
         [] {
             auto recipe = leaf_recipe();
             recipe.extensions.clear();
             recipe.version = 1;
             recipe.common_name = "gis.example.com";
             return leaf(recipe);
         }},
        {"cert.extension.unknown", [] { return leaf_with("1.2.3.4.5", "critical,DER:0500"); }},
        {"cert.eku.client-only", [] { return leaf_with("extendedKeyUsage", "clientAuth"); }},
        {"cert.eku.no-server", [] { return leaf_with("extendedKeyUsage", "codeSigning"); }},
        {"cert.eku.missing", [] { return leaf_with("extendedKeyUsage", ""); }},
        {"cert.eku.any", [] { return leaf_with("extendedKeyUsage", "anyExtendedKeyUsage"); }},
        {"cert.eku.client-too",
         [] { return leaf_with("extendedKeyUsage", "serverAuth,clientAuth"); }},
        {"cert.key-usage.no-handshake",
         [] { return leaf_with("keyUsage", "critical,nonRepudiation"); }},
        {"cert.key-usage.no-signature",
         [] { return leaf_with("keyUsage", "critical,keyEncipherment"); }},
        {"cert.authority", [] { return leaf_with("basicConstraints", "critical,CA:TRUE"); }},
        {"cert.constraints",
         [] { return leaf_with("nameConstraints", "permitted;DNS:example.com"); }},
        {"cert.serial.malformed",
         [] {
             auto recipe = leaf_recipe();
             recipe.serial = "-5";
             return leaf(recipe);
         }},
        {"cert.serial.short",
         [] {
             auto recipe = leaf_recipe();
             recipe.serial = "1234";
             return leaf(recipe);
         }},
        {"cert.aki.missing", [] { return leaf_with("authorityKeyIdentifier", ""); }},
        {"cert.aia.malformed", [] { return leaf_with("1.3.6.1.5.5.7.1.1", "DER:3000"); }},
        {"cert.must-staple.no-responder", [] { return leaf_with("tlsfeature", "status_request"); }},
        {"cert.revocation.no-pointer", [] { return leaf_with("crlDistributionPoints", ""); }},
        {"cert.transparency.missing", [] { return leaf_with("1.3.6.1.4.1.11129.2.4.2", ""); }},
    };
}

std::vector<Case> key_cases() {
    return {
        {"key.rsa.under-2048", [] { return with_key(forge_rsa_key(1024)); }},
        {"key.rsa.odd-length", [] { return with_key(forge_rsa_key(2052)); }},
        {"key.rsa.exponent", [] { return with_key(forge_rsa_key(2048, 1)); }},
        {"key.rsa.over-4096", [] { return with_key(forge_rsa_key(8192)); }},
        {"key.rsa.pss-only", [] { return with_key(forge_rsa_key(2048, 65537, "RSA-PSS")); }},
        {"key.ec.spelled-out", [] { return with_key(spelled_out()); }},
        {"key.ec.curve", [] { return with_key(forge_curve_key("secp256k1")); }},
        {"key.ec.p521", [] { return with_key(forge_curve_key("P-521")); }},
        {"key.edwards", [] { return with_key(forge_key("ED25519")); }},
        {"key.kind", [] { return with_key(forge_key("X25519")); }},
        {"signature.weak",
         [] {
             auto recipe = leaf_recipe();
             recipe.digest = EVP_sha1();
             return leaf(recipe);
         }},
        {"signature.strange",
         [] {
             return served({*Certificate::from_der([] {
                 // The name of the algorithm that stands around the signed part is changed: from
                 // ecdsa-with-SHA256 to ecdsa-with-SHA384.
                 auto der = good_leaf().to_der();
                 const std::string_view oid{"\x2a\x86\x48\xce\x3d\x04\x03\x02", 8};
                 der[der.rfind(oid) + 7] = 3;
                 return der;
             }())});
         }},
    };
}

std::vector<Case> chain_cases() {
    return {
        {"chain.self-signed",
         [] { return privately(served({forge(leaf_recipe(), nullptr).certificate})); }},
        {"chain.incomplete", [] { return served({good_leaf()}); }},
        {"chain.signature",
         [] {
             // Another authority of the same name.
             const auto other = forge(intermediate_recipe(), &authority().root);
             return served({good_leaf(), other.certificate});
         }},
        {"chain.not-an-authority",
         [] {
             return below(intermediate_recipe()
                              .with("basicConstraints", "critical,CA:FALSE")
                              .with("keyUsage", ""));
         }},
        {"chain.eku",
         [] { return below(intermediate_recipe().with("extendedKeyUsage", "clientAuth")); }},
        {"chain.path-length",
         [] {
             const auto second = forge(intermediate_recipe("Second"), &authority().intermediate);
             return served(
                 {forge(leaf_recipe(), &second).certificate, second.certificate, intermediate()});
         }},
        {"chain.constraints",
         [] {
             return below(intermediate_recipe().with("nameConstraints",
                                                     "critical,permitted;DNS:example.org"));
         }},
        {"chain.key-id",
         [] {
             // The same name and key, once with its own identifier and once with another.
             const auto recipe = intermediate_recipe();
             const auto issuer = forge(recipe, &authority().root);
             const auto twin =
                 forge(recipe.with("subjectKeyIdentifier", "01:02:03"), &authority().root);
             return served({forge(leaf_recipe(), &issuer).certificate, twin.certificate});
         }},
    };
}

/// What is served beside the path.
std::vector<Case> served_cases() {
    return {
        {"chain.order",
         [] {
             return served({good_leaf(), root(), intermediate()});
         }},
        {"chain.duplicate",
         [] {
             return served({good_leaf(), intermediate(), intermediate()});
         }},
        {"chain.contains-root",
         [] {
             return served({good_leaf(), intermediate(), root()});
         }},
        {"chain.unrelated",
         [] {
             return served({good_leaf(), intermediate(),
                            forge(intermediate_recipe("Other"), &authority().root).certificate});
         }},
        {"chain.foreign-root",
         [] {
             auto given = served({good_leaf(), intermediate(), root()});
             given.context.roots = {forge(root_recipe("Another"), nullptr).certificate};
             return given;
         }},
        {"chain.long",
         [] {
             auto given = served({good_leaf(), intermediate()});
             for (int i = 0; i < 3; ++i) given.certificates.push_back(root());
             return given;
         }},
        {"cert.malformed", [] { return leaf_with("1.3.6.1.5.5.7.1.24", "DER:0500"); }},
        {"cert.extension.duplicate",
         [] {
             auto recipe = leaf_recipe();
             recipe.extensions.push_back({"1.2.3.4", "DER:0500"});
             recipe.extensions.push_back({"1.2.3.4", "DER:0500"});
             return leaf(recipe);
         }},
    };
}

std::vector<Case> all_cases() {
    std::vector<Case> all;
    for (const auto& cases :
         {date_cases(), name_cases(), usage_cases(), key_cases(), chain_cases(), served_cases()})
        all.insert(all.end(), cases.begin(), cases.end());
    return all;
}

TEST(Lint, FindsNothingInAGoodChainOfAPublicAuthority) {
    auto given = leaf(leaf_recipe());
    given.context.names = example_names({"gis.example.com"});
    given.context.roots = {root()};

    EXPECT_THAT(ids(lint(given.certificates, given.context)), IsEmpty());
}

TEST(Lint, FindsNothingInWhatWeIssueOurselves) {
    const ExampleAuthority ours;
    const auto chain =
        ours.chain({"gis.test", "localhost", "127.0.0.1"}, *Key::generate(KeyType::ec_p256));

    EXPECT_THAT(ids(lint(chain, {.now = example_now,
                                 .audience = Audience::private_authority,
                                 .names = example_names({"gis.test", "127.0.0.1"}),
                                 .roots = {ours.root}})),
                IsEmpty());
}

TEST(Lint, FindsEachFaultWhereItIs) {
    for (const auto& [id, bad] : all_cases()) {
        SCOPED_TRACE(id);
        const auto given = bad();
        EXPECT_THAT(ids(lint(given.certificates, given.context)), Contains(id));
    }
}

TEST(Lint, HasACaseForEachRule) {
    std::set<std::string> tested;
    for (const auto& one : all_cases()) tested.insert(one.id);
    std::set<std::string> rules;
    for (const auto& rule : lint_rules())
        EXPECT_TRUE(rules.emplace(rule.id).second) << rule.id << " is there twice";
    EXPECT_EQ(tested, rules);
}

TEST(Lint, SaysWhatToDoInSentences) {
    for (const auto& rule : lint_rules()) {
        EXPECT_TRUE(rule.remedy.ends_with('.')) << rule.id;
        EXPECT_FALSE(rule.summary.empty()) << rule.id;
    }
}

TEST(Lint, SaysErrorsFirst) {
    auto recipe = leaf_recipe().with("extendedKeyUsage", "serverAuth,clientAuth");
    recipe.key = forge_rsa_key(1024);
    const auto given = leaf(recipe);

    const auto findings = lint(given.certificates, given.context);

    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].id, "key.rsa.under-2048");
    EXPECT_EQ(findings[1].severity, Severity::note);
    EXPECT_TRUE(has_error(findings));
    EXPECT_FALSE(has_error(std::span{findings}.subspan(1)));
}

TEST(Lint, IsSilentOfWhatInstallMends) {
    auto given = served({good_leaf(), root(), intermediate(), intermediate(),
                         forge(intermediate_recipe("Other"), &authority().root).certificate});
    given.context.is_served_as_it_is = false;

    EXPECT_THAT(ids(lint(given.certificates, given.context)), IsEmpty());
}

TEST(Lint, LetsAPrivateAuthorityCertifyItsOwnNetwork) {
    auto recipe = leaf_recipe("DNS:gis.corp,IP:192.168.1.5")
                      .with("crlDistributionPoints", "")
                      .with("1.3.6.1.4.1.11129.2.4.2", "");
    recipe.until = recipe.from + std::chrono::days{800};

    auto issuer = intermediate_recipe();
    issuer.until = example_now + std::chrono::days{2000};
    const auto made = forge(issuer, &authority().root);
    auto given = privately(served({forge(recipe, &made).certificate, made.certificate}));
    EXPECT_THAT(ids(lint(given.certificates, given.context)), IsEmpty());
}

TEST(Lint, HasNothingToSayOfNothing) {
    EXPECT_THAT(lint(std::span<const Certificate>{}, {}), IsEmpty());
}

TEST(Lint, DoesNotTakeAKnownRootForAGap) {
    auto given = served({good_leaf(), intermediate()});
    given.context.roots = {root()};
    EXPECT_THAT(ids(lint(given.certificates, given.context)), Not(Contains("chain.incomplete")));

    given.context.roots = {forge(root_recipe("Another"), nullptr).certificate};
    EXPECT_THAT(ids(lint(given.certificates, given.context)), Contains("chain.incomplete"));
}

}  // namespace
}  // namespace rhumb::pki
