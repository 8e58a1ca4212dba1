#include "wizard/summary.h"

#include <algorithm>

#include "base/text.h"
#include "config/write.h"

namespace rhumb::wizard {

namespace {

std::string place_in_words(const config::Document& document, std::string_view name) {
    const auto* const provider = document.security.find_provider(name);
    if (provider == nullptr) return "Rhumb's own store";
    return fmt::format("«{}» ({})", name, provider->kind());
}

void add_places(const Configured& configured, const config::Document& next,
                std::vector<std::string>& lines) {
    const auto add = [&](std::string_view what, const std::string& before,
                         const std::string& after) {
        if (before == after)
            lines.push_back(
                fmt::format("{} stay in {}", what, place_in_words(configured.document, before)));
        else
            lines.push_back(fmt::format("{} move from {} to {}", what,
                                        place_in_words(configured.document, before),
                                        place_in_words(next, after)));
    };
    const auto& now = configured.document.security;
    add("users", now.users, next.security.users);
    add("roles", now.roles, next.security.roles);
    if (now.users == config::embedded_provider && next.security.users != now.users)
        lines.emplace_back(
            "users of Rhumb's own store who do not administer cannot sign in any more; they are "
            "not removed");
}

void add_number(std::vector<std::string>& lines, std::string_view what, std::int64_t before,
                std::int64_t after) {
    if (before != after) lines.push_back(fmt::format("{}: {} instead of {}", what, after, before));
}

void add_settings(const config::Security& now, const config::Security& next,
                  std::vector<std::string>& lines) {
    add_number(lines, "minutes a token counts", now.tokens.short_minutes.count(),
               next.tokens.short_minutes.count());
    add_number(lines, "minutes a token counts at most", now.tokens.long_minutes.count(),
               next.tokens.long_minutes.count());
    add_number(lines, "minutes a browser may be idle", now.sessions.idle_minutes.count(),
               next.sessions.idle_minutes.count());
    add_number(lines, "hours a browser stays signed in at most",
               now.sessions.absolute_hours.count(), next.sessions.absolute_hours.count());
    add_number(lines, "wrong passwords until an account waits", now.sign_in.account_failures,
               next.sign_in.account_failures);
    add_number(lines, "minutes an account waits", now.sign_in.account_minutes.count(),
               next.sign_in.account_minutes.count());
    add_number(lines, "wrong passwords until an address waits", now.sign_in.address_failures,
               next.sign_in.address_failures);
}

/// The tables about security of a whole configuration.
std::string security_of(std::string_view text) {
    std::string found;
    bool is_within = false;
    for (const auto line : text::split(text, '\n')) {
        if (line.starts_with('['))
            is_within = line.starts_with("[security") || line.starts_with("[[security");
        if (is_within) found.append(line).append("\n");
    }
    while (found.ends_with("\n\n")) found.pop_back();
    return found;
}

}  // namespace

Summary summarize(const Decision& decision, const Configured& configured) {
    Summary summary;
    const auto& next = decision.document;
    const auto before = config::to_toml(configured.document);
    const auto after = config::to_toml(next);
    summary.difference = config::diff(before, after, "now", "then");
    add_places(configured, next, summary.lines);
    for (const auto& draft : decision.drafts) {
        if (draft.present == nullptr)
            summary.lines.push_back(fmt::format("the place «{}» ({}) is added", draft.provider.name,
                                                draft.provider.kind()));
        else if (draft.is_changed())
            summary.lines.push_back(
                fmt::format("the settings of «{}» change", draft.provider.name));
        if (draft.makes_tables)
            summary.lines.push_back(fmt::format(
                "tables of Rhumb's own are made in «{}», unless they are there; taking all back "
                "leaves them",
                draft.provider.name));
    }
    add_settings(configured.document.security, next.security, summary.lines);
    for (const auto& [name, ignored] : decision.secrets)
        summary.lines.push_back(
            fmt::format("the secret «{}» is kept, sealed, in Rhumb's store", name));
    if (decision.administrator)
        summary.lines.push_back(
            fmt::format("the user «{}» is made in Rhumb's own store, and may administer",
                        decision.administrator->name));
    summary.changes_anything = !summary.difference.empty() || !decision.secrets.empty() ||
                               decision.administrator.has_value() ||
                               std::ranges::any_of(decision.drafts, &Draft::makes_tables);
    if (!summary.changes_anything) summary.lines.emplace_back("nothing changes");
    if (configured.config_file.empty()) return summary;
    if (!summary.difference.empty()) summary.text = security_of(after);
    for (const auto& [name, ignored] : decision.secrets)
        summary.commands.push_back(fmt::format("rhumb secret set {}", name));
    if (decision.administrator)
        summary.commands.push_back(
            fmt::format("rhumb user add {} --role administrators", decision.administrator->name));
    for (const auto& draft : decision.drafts)
        if (draft.makes_tables)
            summary.later.push_back(
                fmt::format("rhumb security make-tables {}", draft.provider.name));
    return summary;
}

}  // namespace rhumb::wizard
