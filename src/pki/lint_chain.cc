/// Lint: how the certificates hang together.

#include <algorithm>
#include <array>

#include <openssl/x509v3.h>

#include "pki/lint_rules.h"
#include "pki/path_rules.h"

namespace rhumb::pki {

namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

bool is_in_path(const Linted& linted, std::size_t at) {
    return std::ranges::find(linted.path, at) != linted.path.end();
}

/// The first certificate that was given before, byte for byte.
std::size_t first_duplicate(const Linted& linted) {
    for (std::size_t at = 1; at < linted.all.size(); ++at)
        for (std::size_t before = 0; before < at; ++before)
            if (linted.all[at].certificate == linted.all[before].certificate) return at;
    return linted.all.size();
}

bool is_duplicate(const Linted& linted, std::size_t at) {
    return std::any_of(
        linted.all.begin(), linted.all.begin() + static_cast<std::ptrdiff_t>(at),
        [&](const Facts& one) { return one.certificate == linted.all[at].certificate; });
}

bool is_root(const Facts& facts) {
    return facts.is_self_issued && facts.certificate.is_self_signed();
}

std::string find_duplicate(const Linted& linted) {
    const auto at = first_duplicate(linted);
    return linted.context.is_served_as_it_is && at < linted.all.size()
               ? fmt::format("{} is in the chain twice", called(linted, at))
               : "";
}

std::string find_disorder(const Linted& linted) {
    if (!linted.context.is_served_as_it_is || std::ranges::is_sorted(linted.path)) return {};
    return "the chain is out of order: each certificate must be followed by its issuer";
}

std::string find_root(const Linted& linted) {
    if (!linted.context.is_served_as_it_is) return {};
    for (std::size_t at = 1; at < linted.all.size(); ++at)
        if (is_root(linted.all[at]))
            return fmt::format("the root {} is sent along, which clients have or do not believe",
                               called(linted, at));
    return {};
}

std::string find_unrelated(const Linted& linted) {
    if (!linted.context.is_served_as_it_is) return {};
    for (std::size_t at = 1; at < linted.all.size(); ++at)
        if (!is_in_path(linted, at) && !is_duplicate(linted, at) && !is_root(linted.all[at]))
            return fmt::format("{} has nothing to do with the certificate", called(linted, at));
    return {};
}

std::string find_gap(const Linted& linted) {
    const bool is_ended =
        linted.ends_in_itself || linted.ends_below_known_root || linted.has_signature_fault;
    if (is_ended) return {};
    // An intermediate whose issuer is not here may well hang below a root that only clients have.
    if (linted.path.size() > 1 && linted.context.roots.empty()) return {};
    const auto& end = linted.all[linted.path.back()].certificate;
    return fmt::format("the issuer of {}, «{}», is missing", called(linted, linted.path.back()),
                       end.issuer());
}

std::string find_foreign_root(const Linted& linted) {
    if (linted.context.roots.empty() || linted.path.size() < 2 || !linted.ends_in_itself) return {};
    const auto& root = linted.all[linted.path.back()].certificate;
    return std::ranges::find(linted.context.roots, root) == linted.context.roots.end()
               ? fmt::format(
                     "the chain leads to «{}», which is not among the roots that are known here",
                     root.subject())
               : "";
}

std::string find_self_signed(const Linted& linted) {
    if (!is_root(linted.leaf())) return {};
    return std::ranges::find(linted.context.roots, linted.leaf().certificate) ==
                   linted.context.roots.end()
               ? "the certificate is self-signed: clients warn of it until they are told to trust it"
               : "";
}

std::string find_forged(const Linted& linted) {
    return linted.has_signature_fault
               ? fmt::format("what is there as the issuer of {} did not sign it",
                             called(linted, linted.path.back()))
               : "";
}

std::string find_no_authority(const Linted& linted) {
    for (std::size_t i = 1; i < linted.path.size(); ++i) {
        const auto& issuer = linted.all[linted.path[i]];
        if (!issuer.is_ca() || !issuer.may(KU_KEY_CERT_SIGN))
            return fmt::format("{} signed a certificate in the chain, and is no authority that may",
                               called(linted, linted.path[i]));
    }
    return {};
}

std::string find_issuer_usage(const Linted& linted) {
    for (std::size_t i = 1; i < linted.path.size(); ++i) {
        const auto& issuer = linted.all[linted.path[i]];
        const auto& extended = issuer.extended;
        if (extended && !extended->has_server && !extended->has_any && !issuer.is_self_issued)
            return fmt::format("the issuer {} may not issue certificates for TLS servers",
                               called(linted, linted.path[i]));
    }
    return {};
}

/// What the whole path says against itself, when its id begins with `kind`.
std::string find_path_fault(const Linted& linted, std::string_view kind) {
    PathFacts path;
    for (const auto at : linted.path) path.push_back(&linted.all[at]);
    std::size_t budget = 100'000;
    const auto found = path_fault(path, Strictness::clients, budget);
    if (!found || !found->fault.id.starts_with(kind)) return {};
    return fmt::format("of {}: {}", called(linted, linted.path[found->at]), found->fault.sentence);
}

std::string find_length(const Linted& linted) { return find_path_fault(linted, "path.length"); }
std::string find_constraints(const Linted& linted) {
    return find_path_fault(linted, "constraints.");
}

std::string find_key_ids(const Linted& linted) {
    for (std::size_t i = 0; i + 1 < linted.path.size(); ++i) {
        const auto& wanted = linted.all[linted.path[i]].authority_key;
        const auto& offered = linted.all[linted.path[i + 1]].subject_key_id;
        if (wanted && wanted->key_id && offered && *wanted->key_id != *offered)
            return fmt::format("{} names another key identifier for its issuer than the issuer has",
                               called(linted, linted.path[i]));
    }
    return {};
}

std::string find_long(const Linted& linted) {
    const auto count = linted.all.size();
    return linted.context.is_served_as_it_is && count > 4
               ? fmt::format("{} certificates are sent with every handshake", count)
               : "";
}

constexpr std::string_view leave_out = "Leave it out; `rhumb cert install` does that by itself.";
constexpr std::string_view ask =
    "Get the authority's current intermediate certificates and install those.";

constexpr std::array rules{
    RuleEntry{{"chain.self-signed", note, "self-signed, and not trusted here",
               "Trust it on the clients, or take a certificate of an authority."},
              find_self_signed},
    RuleEntry{{"chain.incomplete", error, "an issuer is missing",
               "Add the missing intermediate certificate; its authority offers it for download."},
              find_gap},
    RuleEntry{{"chain.signature", error, "an issuer that did not sign", ask}, find_forged},
    RuleEntry{{"chain.not-an-authority", error, "an issuer that may not sign", ask},
              find_no_authority},
    RuleEntry{{"chain.eku", error, "an issuer that may not issue for TLS servers", ask},
              find_issuer_usage},
    RuleEntry{{"chain.path-length", error,
               "more authorities below each other than one of them permits", ask},
              find_length},
    RuleEntry{{"chain.constraints", error, "a name that an authority above may not certify",
               "Ask for a certificate with other names, or another authority for these."},
              find_constraints},
    RuleEntry{{"chain.key-id", warning, "key identifiers that do not fit each other", ask},
              find_key_ids},
    RuleEntry{{"chain.order", warning, "certificates out of order",
               "Put each certificate before its issuer; `rhumb cert install` does that by itself."},
              find_disorder},
    RuleEntry{{"chain.duplicate", warning, "a certificate twice", leave_out}, find_duplicate},
    RuleEntry{{"chain.contains-root", note, "a root that is sent along", leave_out}, find_root},
    RuleEntry{
        {"chain.unrelated", warning, "a certificate that has nothing to do with it", leave_out},
        find_unrelated},
    RuleEntry{{"chain.foreign-root", warning, "a root that is not known here",
               "Have the clients trust that root, or take an authority that they know."},
              find_foreign_root},
    RuleEntry{{"chain.long", note, "more than four certificates",
               "Look for a shorter way to the root, of cross-signs above all."},
              find_long},
};

}  // namespace

std::span<const RuleEntry> chain_lint() { return rules; }

}  // namespace rhumb::pki
