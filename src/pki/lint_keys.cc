/// Lint: keys and signatures, of all certificates.

#include <algorithm>
#include <array>

#include "pki/lint_rules.h"

namespace rhumb::pki {

namespace {

using Kind = KeyFacts::Kind;
constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

bool is_rsa(const Facts& facts) {
    return facts.key.kind == Kind::rsa || facts.key.kind == Kind::rsa_pss;
}
bool is_curve(const Facts& facts) { return facts.key.kind == Kind::ec; }

bool is_short(const Facts& facts) { return is_rsa(facts) && facts.key.bits < 2048; }
bool is_odd(const Facts& facts) { return is_rsa(facts) && facts.key.bits % 8 != 0; }
bool has_bad_exponent(const Facts& facts) { return is_rsa(facts) && !facts.key.has_good_exponent; }
bool is_slow(const Facts& facts) { return is_rsa(facts) && facts.key.bits > 4096; }
bool is_pss(const Facts& facts) { return facts.key.kind == Kind::rsa_pss; }
bool is_spelled_out(const Facts& facts) { return is_curve(facts) && facts.key.group.empty(); }
bool is_strange_curve(const Facts& facts) {
    const auto& group = facts.key.group;
    return is_curve(facts) && !group.empty() && group != "prime256v1" && group != "secp384r1" &&
           group != "secp521r1";
}
bool is_p521(const Facts& facts) { return is_curve(facts) && facts.key.group == "secp521r1"; }
bool is_edwards(const Facts& facts) {
    return facts.key.kind == Kind::ed25519 || facts.key.kind == Kind::ed448;
}
bool is_of_other_kind(const Facts& facts) { return facts.key.kind == Kind::other; }

/// The first certificate whose key is so.
template <bool (*is_so)(const Facts&)>
std::string find_key(const Linted& linted) {
    for (std::size_t at = 0; at < linted.all.size(); ++at)
        if (is_so(linted.all[at])) {
            const auto& key = linted.all[at].key;
            return fmt::format("the key of {} is {} ({} bits)", called(linted, at),
                               linted.all[at].certificate.public_key().type(), key.bits);
        }
    return {};
}

/// The signature of a root proves nothing and is not looked at.
bool is_root(const Facts& facts) { return facts.is_self_issued && facts.is_ca(); }

std::string find_weak_signature(const Linted& linted) {
    for (std::size_t at = 0; at < linted.all.size(); ++at) {
        const auto& signature = linted.all[at].signature;
        if (!is_root(linted.all[at]) && signature.is_known && signature.digest_bits < 256)
            return fmt::format("{} is signed with {}, which can be forged", called(linted, at),
                               signature.name);
    }
    return {};
}

std::string find_strange_signature(const Linted& linted) {
    for (std::size_t at = 0; at < linted.all.size(); ++at) {
        const auto& signature = linted.all[at].signature;
        if (!is_root(linted.all[at]) && !signature.is_known)
            return fmt::format("{} is signed in a way that clients do not know ({})",
                               called(linted, at), signature.name);
        if (!signature.is_the_same_inside)
            return fmt::format("{} names two different algorithms for its signature",
                               called(linted, at));
    }
    return {};
}

constexpr std::string_view new_key =
    "Make a new request with a key of type ec-p256 or rsa-2048, and have that signed.";
constexpr std::string_view new_signature = "Have it signed anew with SHA-256.";

constexpr std::array rules{
    RuleEntry{{"key.rsa.under-2048", error, "an RSA key of less than 2048 bits", new_key},
              find_key<is_short>},
    RuleEntry{{"key.rsa.odd-length", warning, "an RSA key whose length is no multiple of 8 bits",
               new_key},
              find_key<is_odd>},
    RuleEntry{{"key.rsa.exponent", error, "an RSA key with exponent 1 or an even one", new_key},
              find_key<has_bad_exponent>},
    RuleEntry{{"key.rsa.over-4096", note,
               "an RSA key of more than 4096 bits, which makes handshakes slow", new_key},
              find_key<is_slow>},
    RuleEntry{{"key.rsa.pss-only", warning, "an RSA key for RSASSA-PSS only, which browsers refuse",
               new_key},
              find_key<is_pss>},
    RuleEntry{{"key.ec.spelled-out", error,
               "an elliptic curve that is spelled out instead of named", new_key},
              find_key<is_spelled_out>},
    RuleEntry{{"key.ec.curve", error, "another curve than P-256, P-384, P-521", new_key},
              find_key<is_strange_curve>},
    RuleEntry{{"key.ec.p521", warning, "a key on P-521, which Chrome does not accept", new_key},
              find_key<is_p521>},
    RuleEntry{{"key.edwards", warning, "an Ed25519 or Ed448 key, which browsers refuse", new_key},
              find_key<is_edwards>},
    RuleEntry{{"key.kind", error, "a key of a kind that TLS does not use (DSA …)", new_key},
              find_key<is_of_other_kind>},
    RuleEntry{{"signature.weak", error, "signed with SHA-1 or MD5", new_signature},
              find_weak_signature},
    RuleEntry{
        {"signature.strange", error, "signed in a way that clients do not know", new_signature},
        find_strange_signature},
};

}  // namespace

std::span<const RuleEntry> key_lint() { return rules; }

}  // namespace rhumb::pki
