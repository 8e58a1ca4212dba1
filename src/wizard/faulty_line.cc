#include "wizard/faulty_line.h"

#include "base/text.h"

namespace rhumb::wizard {

namespace {

/// The field that sets a key, where that has another name.
std::string_view field_of(std::string_view key) { return key == "kind" ? std::string_view{} : key; }

FieldPlace in_provider(std::size_t index, std::string_view key, const Decision& decision) {
    const auto& providers = decision.document.security.providers;
    if (index < providers.size())
        for (const auto& draft : decision.drafts)
            if (draft.provider.name == providers[index].name)
                return {draft.step, std::string{field_of(key)}};
    return {std::string{summary_step}, {}};
}

}  // namespace

FieldPlace field_at(std::string_view text, std::uint32_t line, const Decision& decision) {
    const auto lines = text::split(text, '\n');
    std::string_view table;
    std::size_t providers = 0;
    for (std::size_t i = 0; i < lines.size() && i < line; ++i) {
        const auto one = text::trim(lines[i]);
        if (!one.starts_with('[')) continue;
        table = one;
        if (one == "[[security.provider]]") ++providers;
    }
    if (line == 0 || line > lines.size()) return {std::string{summary_step}, {}};
    const auto current = lines[line - 1];
    const auto key = text::trim(current.substr(0, current.find('=')));
    const bool is_key = current.find('=') != std::string_view::npos;
    if (table.starts_with("[[security.provider]]") || table.starts_with("[security.provider."))
        return in_provider(providers - 1, is_key ? key : "", decision);
    if (table == "[security.tokens]" || table == "[security.sessions]" ||
        table == "[security.sign_in]")
        return {std::string{settings_step}, std::string{is_key ? key : ""}};
    if (table == "[security]" && (key == users_step || key == roles_step))
        return {std::string{key}, "place"};
    return {std::string{summary_step}, {}};
}

}  // namespace rhumb::wizard
