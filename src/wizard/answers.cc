#include "wizard/answers.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "identity/user.h"

namespace rhumb::wizard {

namespace {

constexpr std::int64_t number_max = 1'000'000'000;

std::string trimmed(std::string_view text) { return std::string{text::trim(text)}; }

/// Parted by blanks; what stands between quotes belongs together.
Result<std::vector<std::string>> words_of(std::string_view text) {
    std::vector<std::string> words;
    bool is_within = false;
    bool is_quoted = false;
    for (const char c : text) {
        if (c == '"') {
            is_quoted = !is_quoted;
            if (!is_within) words.emplace_back();
            is_within = true;
        } else if (c == ' ' && !is_quoted) {
            is_within = false;
        } else {
            if (!is_within) words.emplace_back();
            is_within = true;
            words.back() += c;
        }
    }
    if (is_quoted) return fail(ErrorKind::invalid, "has a quote that is not closed");
    return words;
}

Result<Json> to_number(const Json& answer) {
    // What the type cannot hold is no integer to the reader of JSON, or beyond the bound.
    std::optional<std::int64_t> number;
    if (answer.is_number_unsigned() &&
        answer.get<std::uint64_t>() <= static_cast<std::uint64_t>(number_max))
        number = answer.get<std::int64_t>();
    if (answer.is_number_integer() && !answer.is_number_unsigned())
        number = answer.get<std::int64_t>();
    if (answer.is_string())
        number = text::to_integer(text::trim(answer.get_ref<const std::string&>()));
    if (!number || *number > number_max || *number < 0)
        return fail(ErrorKind::invalid, "is to be a whole number from 0 to {}", number_max);
    return Json(*number);
}

Result<Json> to_yes_no(const Json& answer) {
    if (answer.is_boolean()) return answer;
    const auto word = answer.is_string() ? text::to_lower(trimmed(answer.get<std::string>())) : "";
    if (word == "yes" || word == "y" || word == "true") return Json(true);
    if (word == "no" || word == "n" || word == "false") return Json(false);
    return fail(ErrorKind::invalid, "is to be yes or no");
}

Result<Json> to_list(const Json& answer, bool is_words) {
    auto list = Json::array();
    if (answer.is_array()) {
        for (const auto& item : answer) {
            if (!item.is_string()) return fail(ErrorKind::invalid, "is to be a list of texts");
            list.push_back(item);
        }
        return list;
    }
    if (!answer.is_string()) return fail(ErrorKind::invalid, "is to be a list of texts");
    const auto& text = answer.get_ref<const std::string&>();
    if (is_words) {
        TRY(const auto words, words_of(text));
        return Json(words);
    }
    for (const auto part : text::split(text, ','))
        if (auto item = trimmed(part); !item.empty()) list.push_back(std::move(item));
    return list;
}

Result<Json> to_choice(const Field& field, const Json& answer) {
    const auto word = answer.is_string() ? answer.get<std::string>() : std::string{};
    std::vector<std::string> known;
    for (const auto& choice : field.choices) {
        if (choice.value == word) return Json(word);
        known.push_back(choice.value);
    }
    return fail(ErrorKind::invalid, "is to be one of {}", text::join(known, ", "));
}

}  // namespace

const Json& answer_of(const Answers& answers, std::string_view step, std::string_view field) {
    static const Json nothing = nullptr;
    const auto found = answers.find(std::string{step});
    if (found == answers.end() || !found->is_object()) return nothing;
    const auto value = found->find(std::string{field});
    return value == found->end() ? nothing : *value;
}

std::string place_of(const Answers& answers, const Configured& configured, std::string_view step) {
    const auto& answer = answer_of(answers, step, "place");
    if (answer.is_string()) return answer.get<std::string>();
    const auto& security = configured.document.security;
    return step == users_step ? security.users : security.roles;
}

std::string free_name(std::string_view kind, const Configured& configured) {
    std::string name{kind};
    for (int count = 2; configured.document.security.find_provider(name) != nullptr; ++count)
        name = fmt::format("{}-{}", kind, count);
    return name;
}

std::string free_secret_name(std::string_view provider, std::string_view field,
                             const Configured& configured, const TypedSecrets& typed) {
    std::string base;
    for (const char c : fmt::format("{}-{}", provider, field)) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '.';
        base += is_plain ? c : '-';
    }
    std::string name = base;
    const auto is_taken = [&](const std::string& one) {
        return std::ranges::find(configured.secrets, one) != configured.secrets.end() ||
               typed.contains(one);
    };
    for (int count = 2; is_taken(name); ++count) name = fmt::format("{}-{}", base, count);
    return name;
}

Result<Json> normalized(const Field& field, const Json& answer) {
    switch (field.kind) {
        case Field::Kind::choice: return to_choice(field, answer);
        case Field::Kind::number: return to_number(answer);
        case Field::Kind::yes_no: return to_yes_no(answer);
        case Field::Kind::list: return to_list(answer, false);
        case Field::Kind::words: return to_list(answer, true);
        case Field::Kind::secret:
            if (!answer.is_string()) return fail(ErrorKind::invalid, "is to be a text");
            return answer;
        case Field::Kind::text: break;
    }
    if (!answer.is_string()) return fail(ErrorKind::invalid, "is to be a text");
    return Json(trimmed(answer.get<std::string>()));
}

}  // namespace rhumb::wizard
