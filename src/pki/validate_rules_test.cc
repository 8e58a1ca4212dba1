#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "pki/certificate_rules.h"
#include "pki/forged_paths.h"
#include "pki/validate.h"

namespace rhumb::pki {
namespace {

using std::chrono::days;

/// One broken certificate for each rule of the tables. `clients`: what clients say to it.
struct Broken {
    const char* id;
    std::function<Made()> make;
    const char* clients = nullptr;  ///< as id, unless said otherwise
};

Made leaf_with(const std::string& extension, const std::string& value) {
    return make(leaf_recipe().with(extension, value));
}
Made middle_with(const std::string& extension, const std::string& value) {
    return make(leaf_recipe(), intermediate_recipe().with(extension, value));
}
Made top_with(const std::string& extension, const std::string& value) {
    return make(leaf_recipe(), intermediate_recipe(), root_recipe().with(extension, value));
}
Made leaf_key(ForgedKey key) {
    auto recipe = leaf_recipe();
    recipe.key = std::move(key);
    return make(recipe);
}

/// An authority key identifier of four bytes.
constexpr const char* some_key_id = "DER:30068004DEADBEEF";

std::vector<Broken> broken_certificates() {
    return {
        {"date.not-yet-valid",
         [] {
             auto made = make(leaf_recipe());
             made.validation.now -= days{2};
             return made;
         }},
        {"date.expired",
         [] {
             auto made = make(leaf_recipe());
             made.validation.now += days{91};
             return made;
         }},
        {"version.not-3",
         [] {
             auto recipe = leaf_recipe();
             recipe.extensions.clear();
             recipe.version = 1;
             return make(recipe);
         }},
        {"version.root-not-3",
         [] {
             auto recipe = root_recipe();
             recipe.extensions.clear();
             recipe.version = 1;
             return make(leaf_recipe(),
                         intermediate_recipe()
                             .with("authorityKeyIdentifier", "")
                             .with("2.5.29.35", some_key_id),
                         recipe);
         },
         "ca.not-an-authority"},
        {"issuer.empty", [] { return make(leaf_recipe(), intermediate_recipe("")); }},
        {"extension.critical-unknown", [] { return middle_with("1.2.3.4", "critical,DER:0500"); }},
        {"extension.critical-wrongly",
         [] { return leaf_with("subjectKeyIdentifier", "critical,hash"); }, "good"},
        {"extension.not-critical", [] { return middle_with("inhibitAnyPolicy", "5"); }, "good"},
        {"ca.not-an-authority",
         [] {
             return make(leaf_recipe(), intermediate_recipe()
                                            .with("basicConstraints", "critical,CA:FALSE")
                                            .with("keyUsage", ""));
         }},
        {"ca.key-usage", [] { return middle_with("keyUsage", "critical,cRLSign"); }},
        {"ca.not-critical", [] { return middle_with("basicConstraints", "CA:TRUE"); }, "good"},
        {"ca.inconsistent",
         [] { return leaf_with("keyUsage", "critical,digitalSignature,keyCertSign"); }, "good"},
        {"usage.extended-empty",
         [] {
             return make(leaf_recipe().with("extendedKeyUsage", "").with("2.5.29.37", "DER:3000"));
         }},
        {"usage.extended", [] { return middle_with("extendedKeyUsage", "clientAuth"); }},
        {"usage.extended-on-root", [] { return top_with("extendedKeyUsage", "serverAuth"); },
         "good"},
        {"constraints.on-leaf",
         [] { return leaf_with("nameConstraints", "permitted;DNS:example.com"); }, "good"},
        {"key-id.subject-missing",
         [] {
             return make(leaf_recipe(),
                         intermediate_recipe()
                             .with("authorityKeyIdentifier", "")
                             .with("2.5.29.35", some_key_id),
                         root_recipe().with("subjectKeyIdentifier", ""));
         },
         "good"},
        {"key-id.authority-missing", [] { return leaf_with("authorityKeyIdentifier", ""); },
         "good"},
        {"key-id.root", [] { return top_with("2.5.29.35", some_key_id); }, "good"},
        {"serial.malformed",
         [] {
             auto recipe = leaf_recipe();
             recipe.serial = "-5";
             return make(recipe);
         },
         "good"},
        {"access.malformed", [] { return leaf_with("1.3.6.1.5.5.7.1.1", "DER:3000"); }, "good"},
        {"key.weak", [] { return leaf_key(forge_rsa_key(1024)); }},
        {"key.kind", [] { return leaf_key(forge_key("X25519")); }},
        {"key.not-for-browsers", [] { return leaf_key(forge_key("ED25519")); }, "good"},
        {"key.odd-length", [] { return leaf_key(forge_rsa_key(2052)); }, "good"},
        {"signature.inconsistent",
         [] {
             auto made = make(leaf_recipe());
             auto der = made.leaf.to_der();
             const std::string_view oid{"\x2a\x86\x48\xce\x3d\x04\x03\x02", 8};
             der[der.rfind(oid) + 7] = 3;
             made.leaf = *Certificate::from_der(der);
             return made;
         }},
        {"signature.weak",
         [] {
             auto recipe = leaf_recipe();
             recipe.digest = EVP_sha1();
             return make(recipe);
         }},
        {"san.missing", [] { return leaf_with("subjectAltName", ""); }},
        {"usage.key", [] { return leaf_with("keyUsage", "critical,nonRepudiation"); }},
        {"ca.as-leaf",
         [] {
             return make(leaf_recipe()
                             .with("basicConstraints", "critical,CA:TRUE")
                             .with("keyUsage", "critical,digitalSignature,keyCertSign"));
         },
         "good"},
        {"san.malformed", [] { return make(leaf_recipe("DNS:foo_bar.example.com")); }, "good"},
        {"san.critical", [] { return leaf_with("subjectAltName", "DNS:gis.example.com"); }, "good"},
        {"subject.common-name",
         [] {
             auto recipe = leaf_recipe().with("subjectAltName", "DNS:gis.example.com");
             recipe.common_name = "gis.example.org";
             return make(recipe);
         },
         "good"},
        {"usage.extended-letter", [] { return leaf_with("extendedKeyUsage", ""); }, "good"},
    };
}

TEST(ValidateRules, RefusesWhatEachRuleForbids) {
    for (const auto& broken : broken_certificates()) {
        SCOPED_TRACE(broken.id);
        auto made = broken.make();
        EXPECT_EQ(verdict(made.leaf, made.validation), broken.id);
        made.validation.strictness = Strictness::clients;
        EXPECT_EQ(verdict(made.leaf, made.validation),
                  broken.clients == nullptr ? broken.id : broken.clients);
    }
}

TEST(ValidateRules, HasACaseForEachRule) {
    std::set<std::string> tested;
    for (const auto& broken : broken_certificates()) tested.insert(broken.id);
    std::set<std::string> rules;
    for (const auto table : {certificate_rules(), key_rules(), leaf_rules()})
        for (const auto& rule : table) rules.emplace(rule.id);
    EXPECT_EQ(tested, rules);

    std::set<std::string> kinds;
    for (const auto& kind : refusal_kinds())
        EXPECT_TRUE(kinds.emplace(kind.id).second) << kind.id << " twice";
}

}  // namespace
}  // namespace rhumb::pki
