/// What keys and signatures must be (Baseline Requirements 6.1.5, 7.1.3).

#include <algorithm>
#include <array>

#include "pki/certificate_rules.h"

namespace rhumb::pki {

namespace {

using Kind = KeyFacts::Kind;

constexpr int rsa_bits_min = 2048;
constexpr unsigned anywhere = 7;
constexpr unsigned below_root = 3;

bool is_rsa(const KeyFacts& key) { return key.kind == Kind::rsa || key.kind == Kind::rsa_pss; }

std::string check_strength(const Judged& judged) {
    const auto& key = judged.facts.key;
    if (is_rsa(key)) {
        if (key.bits < rsa_bits_min)
            return fmt::format("its RSA key has {} bits, less than {}", key.bits, rsa_bits_min);
        if (!key.has_good_exponent) return "the exponent of its RSA key is 1 or even";
        return {};
    }
    if (key.kind != Kind::ec) return {};
    if (key.group.empty()) return "its elliptic curve is spelled out, not named";
    constexpr std::array groups{"prime256v1", "secp384r1", "secp521r1"};
    if (std::ranges::find(groups, key.group) == groups.end())
        return fmt::format("its key is on the curve {}; clients accept P-256, P-384 and P-521",
                           key.group);
    return {};
}

std::string check_kind(const Judged& judged) {
    return judged.facts.key.kind == Kind::other
               ? "its key is of a kind that TLS does not use; RSA and elliptic curves are accepted"
               : "";
}

std::string check_browser_kind(const Judged& judged) {
    const auto kind = judged.facts.key.kind;
    if (kind == Kind::ed25519 || kind == Kind::ed448)
        return "its key is an Edwards key, which browsers refuse";
    if (kind == Kind::rsa_pss) return "its key is for RSASSA-PSS only, which browsers refuse";
    return {};
}

std::string check_length(const Judged& judged) {
    const auto& key = judged.facts.key;
    return is_rsa(key) && key.bits % 8 != 0
               ? fmt::format("its RSA key has {} bits, which cannot be divided by 8", key.bits)
               : "";
}

std::string check_digest(const Judged& judged) {
    const auto& signature = judged.facts.signature;
    if (!signature.is_known || signature.digest_bits == 0)
        return fmt::format("it is signed in a way that is not known here ({})", signature.name);
    return signature.digest_bits < 256
               ? fmt::format("it is signed with {}, which is broken", signature.name)
               : "";
}

std::string check_inside(const Judged& judged) {
    return judged.facts.signature.is_the_same_inside
               ? ""
               : "it names two different algorithms for its signature";
}

constexpr std::array rules{
    CertificateRule{
        "key.weak", Strictness::clients, anywhere,
        "RSA below 2048 bits or with a bad exponent, other curves than P-256, P-384, P-521",
        check_strength},
    CertificateRule{"key.kind", Strictness::clients, anywhere, "keys that TLS does not use (DSA …)",
                    check_kind},
    CertificateRule{"key.not-for-browsers", Strictness::letter, anywhere,
                    "Edwards keys, keys for RSASSA-PSS only", check_browser_kind},
    CertificateRule{"key.odd-length", Strictness::letter, anywhere,
                    "an RSA key whose length is no multiple of 8 bits", check_length},
    CertificateRule{"signature.inconsistent", Strictness::clients, anywhere,
                    "the signed part and what is around it name different algorithms",
                    check_inside},
    CertificateRule{"signature.weak", Strictness::clients, below_root,
                    "signed with SHA-1, MD5, or what is not known", check_digest},
};

}  // namespace

std::span<const CertificateRule> key_rules() { return rules; }

}  // namespace rhumb::pki
