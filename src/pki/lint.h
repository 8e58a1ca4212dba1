#pragma once
/// Lint: what is wrong, or unwise, about a certificate and the chain that comes with it. Shared by
/// install, import, self-sign and doctor. docs/lint.md lists all findings.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "pki/certificate.h"
#include "pki/chain.h"

namespace rhumb::pki {

enum class Severity {
    error,    ///< clients refuse it, or it is unsafe
    warning,  ///< some clients refuse it, or it soon will be wrong
    note,     ///< good to know
};

/// "error", "warning", "note".
std::string_view to_text(Severity severity);

struct Finding {
    std::string_view id;  ///< stable: "cert.san.missing"
    Severity severity = Severity::note;
    std::string sentence{};  ///< what is so, one sentence
    std::string remedy{};    ///< what to do, one sentence

    bool operator==(const Finding&) const = default;
};

/// Whose rules hold.
enum class Audience {
    any_client,         ///< the certificate comes from an authority that all clients know
    private_authority,  ///< of an authority of one's own, or self-signed: clients are told to trust
                        ///< it
};

/// What lint() is told beside the certificates. Pure data.
struct LintContext {
    Seconds now{};
    Audience audience = Audience::any_client;
    std::vector<Name> names{};         ///< that the leaf should cover; none: not asked
    std::vector<Certificate> roots{};  ///< known ones; with them a missing root is told from a gap
    /// Install and import drop a root and order the chain by themselves: false keeps silent of what
    /// they mend (chain.order, chain.duplicate, chain.contains-root, chain.unrelated).
    bool is_served_as_it_is = true;
};

/// All findings, errors first, in the order of the rules. `certificates`: the leaf first, then what
/// comes with it, in the order in which it is served. Empty for no certificates. Any thread.
std::vector<Finding> lint(std::span<const Certificate> certificates, const LintContext& context);
std::vector<Finding> lint(const Chain& chain, const LintContext& context);

/// True when one of them is an error.
bool has_error(std::span<const Finding> findings);

/// One kind of finding, for documentation.
struct LintRule {
    std::string_view id;
    Severity severity;
    std::string_view summary;  ///< what it finds, a phrase
    std::string_view remedy;
};

/// All kinds that lint() may answer, in its order.
std::vector<LintRule> lint_rules();

}  // namespace rhumb::pki
