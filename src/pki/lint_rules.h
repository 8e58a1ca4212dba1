#pragma once
/// The tables of lint's rules, by what they look at. For lint() alone.

#include <span>
#include <string>
#include <vector>

#include "pki/facts.h"
#include "pki/lint.h"

namespace rhumb::pki {

/// What rules look at: all certificates, and how they hang together.
struct Linted {
    const LintContext& context;
    std::vector<Facts> all;  ///< as they were given; the leaf first; never empty
    /// From the leaf from issuer to issuer, as places in `all`.
    std::vector<std::size_t> path;
    bool has_signature_fault = false;  ///< an issuer fits by name, and did not sign
    bool ends_in_itself = false;       ///< the end of the path is self-signed
    bool ends_below_known_root = false;

    const Facts& leaf() const { return all.front(); }
    bool is_for_any_client() const { return context.audience == Audience::any_client; }
};

struct RuleEntry {
    LintRule rule;
    /// What is so, one sentence; "" when there is nothing to find.
    std::string (*find)(const Linted& linted);
};

std::span<const RuleEntry> name_lint();   ///< names of the leaf
std::span<const RuleEntry> date_lint();   ///< dates and lifetimes
std::span<const RuleEntry> usage_lint();  ///< usages, extensions, serial number, revocation
std::span<const RuleEntry> key_lint();    ///< keys and signatures, of all certificates
std::span<const RuleEntry> chain_lint();  ///< how the certificates hang together

/// "the certificate" for the leaf, "«CN=…»" for others.
std::string called(const Linted& linted, std::size_t at);

}  // namespace rhumb::pki
