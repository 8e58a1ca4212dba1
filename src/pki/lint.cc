#include "pki/lint.h"

#include <algorithm>

namespace rhumb::pki {

std::string_view to_text(Severity severity) {
    switch (severity) {
        case Severity::error: return "error";
        case Severity::warning: return "warning";
        case Severity::note: return "note";
    }
    return "note";
}

bool has_error(std::span<const Finding> findings) {
    return std::ranges::any_of(findings,
                               [](const Finding& f) { return f.severity == Severity::error; });
}

// The rules follow; until then nothing is found.
std::vector<Finding> lint(std::span<const Certificate>, const LintContext&) { return {}; }

std::vector<Finding> lint(const Chain& chain, const LintContext& context) {
    return lint(std::span{chain.certificates()}, context);
}

std::vector<LintRule> lint_rules() { return {}; }

}  // namespace rhumb::pki
