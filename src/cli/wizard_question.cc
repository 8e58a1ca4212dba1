#include "cli/wizard_question.h"

#include "base/text.h"
#include "cli/paragraph.h"

namespace rhumb::cli {

namespace {

using wizard::Field;
using wizard::Json;

/// A word of a command as it is typed.
std::string quoted(const std::string& word) {
    return word.find(' ') == std::string::npos ? word : "\"" + word + "\"";
}

class Question {
public:
    Question(Terminal& terminal, const Field& field, const Json& known)
        : terminal_{terminal}, field_{field}, present_(known.is_null() ? field.present : known) {
        has_known_secret_ = field.kind == Field::Kind::secret && !known.is_null() && known != "";
    }

    Result<Reply> put() {
        if (field_.kind == Field::Kind::secret) return put_secret();
        show_choices();
        for (;;) {
            TRY(const auto line, terminal_.ask(prompt()));
            const auto typed = text::trim(line);
            if (typed == "?") help();
            if (typed == "<") return Reply{Reply::Kind::back};
            if (typed == "q") return Reply{Reply::Kind::leave};
            if (typed == "?") continue;
            if (typed.empty()) {
                if (!field_.is_required || !shown(field_, present_).empty())
                    return Reply{Reply::Kind::keep};
                terminal_.show("Something has to be answered here.\n");
                continue;
            }
            auto value = wizard::normalized(field_, meant(typed));
            if (value) return Reply{Reply::Kind::answer, *std::move(value)};
            terminal_.show(paragraph(fmt::format("{} {}.", field_.label, value.error().message)));
        }
    }

private:
    Result<Reply> put_secret() {
        const bool is_kept = field_.is_kept || has_known_secret_;
        for (;;) {
            TRY(const auto typed,
                terminal_.ask_secret(fmt::format("{} (not shown{}): ", field_.label,
                                                 is_kept ? "; Enter keeps the one there is" : "")));
            if (typed.view() == "?") {
                help();
                continue;
            }
            if (typed.view() == "<") return Reply{Reply::Kind::back};
            if (typed.view() == "q") return Reply{Reply::Kind::leave};
            if (typed.is_empty()) {
                if (is_kept || !field_.is_required) return Reply{Reply::Kind::keep};
                terminal_.show("Something has to be answered here.\n");
                continue;
            }
            if (!field_.is_made) return Reply{Reply::Kind::answer, Json(std::string{typed.view()})};
            TRY(const auto again, terminal_.ask_secret("The same once more: "));
            if (again.view() == "q") return Reply{Reply::Kind::leave};
            if (again.view() == "<") continue;  // back to the question before: the first time
            if (crypto::equal_in_constant_time(typed.view(), again.view()))
                return Reply{Reply::Kind::answer, Json(std::string{typed.view()})};
            terminal_.show("The two differ.\n");
        }
    }

    /// A choice may be named by its number; "-" empties what can be empty.
    Json meant(std::string_view typed) const {
        if (field_.kind == Field::Kind::choice) {
            const auto number = text::to_integer(typed);
            if (number && *number >= 1 &&
                static_cast<std::size_t>(*number) <= field_.choices.size())
                return field_.choices[static_cast<std::size_t>(*number) - 1].value;
        }
        if (typed == "-" && field_.kind != Field::Kind::number && !field_.is_required) return "";
        return std::string{typed};
    }

    void show_choices() {
        if (field_.kind != Field::Kind::choice) return;
        for (std::size_t i = 0; i < field_.choices.size(); ++i)
            terminal_.show(fmt::format("  {:2}  {}\n", i + 1, field_.choices[i].label));
    }

    std::string prompt() const {
        const auto value = shown(field_, present_);
        if (value.empty()) return fmt::format("{}: ", field_.label);
        // What is long stands on a line of its own.
        constexpr std::size_t width_max = 60;
        if (field_.label.size() + value.size() > width_max)
            return fmt::format("{}\n  [{}]: ", field_.label, value);
        return fmt::format("{} [{}]: ", field_.label, value);
    }

    void help() {
        if (!field_.help.empty()) terminal_.show(paragraph(field_.help, 2));
        for (std::size_t i = 0; i < field_.choices.size(); ++i)
            if (!field_.choices[i].help.empty())
                terminal_.show(paragraph(fmt::format("{}: {}", i + 1, field_.choices[i].help), 2));
        if (field_.kind == Field::Kind::list) terminal_.show("  Several are parted by commas.\n");
        const bool can_be_empty =
            !field_.is_required && !shown(field_, present_).empty() &&
            (field_.kind == Field::Kind::text || field_.kind == Field::Kind::list);
        if (can_be_empty) terminal_.show("  - empties it.\n");
    }

    Terminal& terminal_;
    const Field& field_;
    const Json present_;
    bool has_known_secret_ = false;
};

}  // namespace

std::string shown(const Field& field, const Json& value) {
    if (value.is_null() || field.kind == Field::Kind::secret) return {};
    if (field.kind == Field::Kind::choice)
        for (std::size_t i = 0; i < field.choices.size(); ++i)
            if (field.choices[i].value == value) return fmt::format("{}", i + 1);
    if (value.is_boolean()) return value == true ? "yes" : "no";
    if (value.is_array()) {
        std::vector<std::string> words;
        for (const auto& item : value)
            words.push_back(field.kind == Field::Kind::words ? quoted(item.get<std::string>())
                                                             : item.get<std::string>());
        return text::join(words, field.kind == Field::Kind::words ? " " : ", ");
    }
    return value.is_string() ? value.get<std::string>() : value.dump();
}

Result<Reply> put_question(Terminal& terminal, const Field& field, const Json& known) {
    return Question{terminal, field, known}.put();
}

}  // namespace rhumb::cli
