#include "identity/user.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/password_hash.h"

namespace rhumb::identity {

namespace {

constexpr std::array privileges{std::pair{Privilege::view, "view"},
                                std::pair{Privilege::publish, "publish"},
                                std::pair{Privilege::administer, "administer"}};
constexpr std::size_t name_bytes_max = 128;
constexpr std::size_t line_bytes_max = 500;
constexpr std::string_view separators = ":;,/\\\"<>";

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

/// The characters of UTF-8 text: all bytes but those that go on with one.
std::size_t character_count(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Result<void> check_name(std::string_view name, std::string_view what) {
    if (name.empty()) return fail(ErrorKind::invalid, "the name of a {} is empty", what);
    if (name.size() > name_bytes_max)
        return fail(ErrorKind::invalid, "the name of a {} has more than {} bytes", what,
                    name_bytes_max);
    if (!text::is_utf8(name) || std::ranges::any_of(name, is_control))
        return fail(ErrorKind::invalid,
                    "the name of a {} is no UTF-8 text, or has control characters", what);
    if (const auto place = name.find_first_of(separators); place != std::string_view::npos)
        return fail(ErrorKind::invalid,
                    "the name «{}» of a {} has the sign {} in it; none of these may be: {}", name,
                    what, name[place], separators);
    if (text::trim(name) != name)
        return fail(ErrorKind::invalid, "the name «{}» of a {} begins or ends with a blank", name,
                    what);
    return {};
}

}  // namespace

std::string_view to_text(Privilege privilege) {
    return std::ranges::find(privileges, privilege, &decltype(privileges)::value_type::first)
        ->second;
}

Result<Privilege> to_privilege(std::string_view word) {
    for (const auto& [privilege, name] : privileges)
        if (word == name) return privilege;
    return fail(ErrorKind::invalid,
                "there is no privilege «{}»; there are view, publish, administer", word);
}

Result<void> check_user_name(std::string_view name) { return check_name(name, "user"); }

Result<void> check_role_name(std::string_view name) {
    TRY_DONE(check_name(name, "role"));
    for (const auto generic : {everyone, authenticated, anonymous})
        if (text::iequals(name, generic))
            return fail(ErrorKind::invalid,
                        "«{}» is a role that nobody is given: clients have it by what they are",
                        generic);
    return {};
}

Result<void> check_line(std::string_view text, std::string_view what) {
    if (text.size() > line_bytes_max)
        return fail(ErrorKind::invalid, "{} has more than {} bytes", what, line_bytes_max);
    if (!text::is_utf8(text) || std::ranges::any_of(text, is_control))
        return fail(ErrorKind::invalid, "{} is not one line of UTF-8 text", what);
    return {};
}

Result<void> check_new_password(std::string_view password, std::string_view user) {
    if (password.size() > crypto::password_bytes_max)
        return fail(ErrorKind::invalid, "the password is longer than {} bytes",
                    crypto::password_bytes_max);
    if (!text::is_utf8(password)) return fail(ErrorKind::invalid, "the password is no UTF-8 text");
    if (character_count(password) < password_characters_min)
        return fail(ErrorKind::invalid,
                    "the password is shorter than {} characters; some words that nobody would put "
                    "together make a good one",
                    password_characters_min);
    if (text::iequals(password, user))
        return fail(ErrorKind::invalid, "the password is the user's name");
    if (password.find_first_not_of(password.front()) == std::string_view::npos)
        return fail(ErrorKind::invalid, "the password is one character again and again");
    return {};
}

Result<Seconds> end_of_day(std::string_view day) {
    const auto parts = text::split(day, '-');
    if (parts.size() == 3) {
        const auto year = text::to_integer(parts[0]);
        const auto month = text::to_integer(parts[1]);
        const auto of_month = text::to_integer(parts[2]);
        const auto is_within = [](const auto& number, std::int64_t from, std::int64_t to) {
            return number && *number >= from && *number <= to;
        };
        if (is_within(year, 1970, 9999) && is_within(month, 1, 12) && is_within(of_month, 1, 31)) {
            const std::chrono::year_month_day date{
                std::chrono::year{static_cast<int>(*year)},
                std::chrono::month{static_cast<unsigned>(*month)},
                std::chrono::day{static_cast<unsigned>(*of_month)}};
            if (date.ok()) return Seconds{std::chrono::sys_days{date} + std::chrono::days{1}};
        }
    }
    return fail(ErrorKind::invalid, "«{}» is no day like 2027-06-30", day);
}

}  // namespace rhumb::identity
