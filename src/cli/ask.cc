#include "cli/ask.h"

#include "base/text.h"
#include "cli/terminal.h"

namespace rhumb::cli {

std::optional<bool> to_decision(std::string_view answer, bool usual) {
    const auto word = text::to_lower(text::trim(answer));
    if (word.empty()) return usual;
    if (word == "y" || word == "yes") return true;
    if (word == "n" || word == "no") return false;
    return std::nullopt;
}

Result<void> confirm(const Context& context, std::string_view question, std::string_view flag) {
    if (context.says_yes) return {};
    auto terminal = is_interactive() ? Terminal::open() : std::nullopt;
    if (!terminal)
        return fail(ErrorKind::denied,
                    "{} Nobody can be asked here, so nothing was changed. To answer yes: {}",
                    question, flag);
    for (;;) {
        TRY(const auto answer, terminal->ask(fmt::format("{} [y/N] ", question)));
        const auto decision = to_decision(answer, false);
        if (!decision) {
            terminal->show("Please answer y or n.\n");
            continue;
        }
        if (*decision) return {};
        return fail(ErrorKind::denied, "nothing was changed");
    }
}

}  // namespace rhumb::cli
