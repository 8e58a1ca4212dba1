#include "cli/known_names.h"

#include <algorithm>

#include "base/text.h"
#include "config/part_names.h"

namespace rhumb::cli {
namespace {

bool is_generic(std::string_view role) {
    return text::iequals(role, identity::everyone) ||
           text::iequals(role, identity::authenticated) || text::iequals(role, identity::anonymous);
}

/// True when one begins with the other, or they differ in one place.
bool is_near(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > 1) return false;
    const auto is_same = [](char x, char y) { return text::to_lower(x) == text::to_lower(y); };
    const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end(), is_same);
    const auto rest_a = at_a == a.end() ? at_a : at_a + (a.size() == b.size() ? 1 : 0);
    const auto rest_b = at_b == b.end() ? at_b : at_b + 1;
    return std::equal(rest_a, a.end(), rest_b, b.end(), is_same);
}

std::string unknown(std::string_view kind, const std::string& name,
                    const std::vector<std::string>& known) {
    auto text = fmt::format("there is no {} «{}» (yet)", kind, name);
    const auto near =
        std::ranges::find_if(known, [&](const auto& one) { return is_near(one, name); });
    if (near != known.end()) text += fmt::format("; did you mean «{}»?", *near);
    return text;
}

Result<std::vector<std::string>> role_names(const Accounts& accounts) {
    TRY(const auto roles, accounts.roles->list());
    std::vector<std::string> names;
    for (const auto& role : roles) names.push_back(role.name);
    return names;
}

}  // namespace

Result<std::vector<std::string>> unknown_names(const Accounts& accounts,
                                               const config::AllowList& list) {
    std::vector<std::string> texts;
    for (const auto& entry : list) {
        if (entry.kind == config::Allowed::Kind::role && !is_generic(entry.name)) {
            TRY(const auto names, role_names(accounts));
            const auto is = [&](const auto& name) { return text::iequals(name, entry.name); };
            if (std::ranges::none_of(names, is))
                texts.push_back(unknown("role", entry.name, names));
        }
        if (entry.kind == config::Allowed::Kind::user) {
            TRY(const auto user, accounts.users->find(entry.name));
            if (user) continue;
            TRY(const auto others, accounts.users->list({}));
            std::vector<std::string> names;
            for (const auto& other : others) names.push_back(other.name);
            texts.push_back(unknown("user", entry.name, names));
        }
    }
    return texts;
}

Result<std::vector<config::Diagnostic>> unknown_names(const Accounts& accounts,
                                                      const config::Parsed& parsed,
                                                      const std::string& file) {
    std::vector<config::Diagnostic> diagnostics;
    for (const auto& [part, list] : config::lists_of(parsed.document)) {
        TRY(const auto texts, unknown_names(accounts, *list));
        const auto lines = parsed.policy_lines.find(part);
        const auto line = lines == parsed.policy_lines.end() ? 0 : lines->second.allow;
        for (const auto& text : texts)
            diagnostics.push_back({file, line, 1, fmt::format("{}: {}", part, text)});
    }
    return diagnostics;
}

}  // namespace rhumb::cli
