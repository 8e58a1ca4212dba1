#pragma once
/// Users and roles as values, and what they may be called.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "storage/user_records.h"

namespace rhumb::identity {

using storage::Page;
using storage::Privilege;

/// "view", "publish", "administer".
std::string_view to_text(Privilege privilege);
/// `invalid` for any other word.
Result<Privilege> to_privilege(std::string_view word);

/// Somebody who may sign in. Nothing of a password is in here.
struct User {
    std::string name;  ///< without regard to ASCII case; as the store writes it
    std::string full_name{};
    std::string email{};
    std::string description{};
    bool has_password = false;  ///< false: nobody gets in by one
    std::optional<Seconds> password_changed{};
    Seconds created{};
    std::optional<Seconds> disabled{};  ///< since then
    std::optional<Seconds> expires{};   ///< from then on it counts as disabled

    bool is_active(Seconds now) const { return !disabled && (!expires || now < *expires); }
};

struct Role {
    std::string name;  ///< without regard to ASCII case; as the store writes it
    std::string description{};
    Privilege privilege = Privilege::view;
    std::vector<std::string> users{};  ///< who has it by name
    std::vector<std::string> roles{};  ///< whose holders have it too
};

/// Roles that nobody is given: by what a client is, it has them. No role of a store may be called
/// so.
inline constexpr std::string_view everyone = "Everyone";
inline constexpr std::string_view authenticated = "Authenticated";
inline constexpr std::string_view anonymous = "Anonymous";

/// Names stand in rules, lists and addresses: 1 to 128 bytes of UTF-8 without control characters,
/// blanks at an end, and the signs : ; , / \ " < > which separate names elsewhere. `invalid` says
/// what is wrong.
Result<void> check_user_name(std::string_view name);
/// The same, and none of the generic roles.
Result<void> check_role_name(std::string_view name);

/// Text of one line about a user or a role, at most 500 bytes; `what`: "the full name".
Result<void> check_line(std::string_view text, std::string_view what);

/// A password that somebody chooses: at least 10 characters, at most 1024 bytes, of UTF-8, not the
/// user's name nor one character alone. `invalid` says what is wrong, and never what the password
/// is. (NIST SP 800-63B: length counts, rules of composition do not.)
Result<void> check_new_password(std::string_view password, std::string_view user);

inline constexpr std::size_t password_characters_min = 10;

/// When a day is over, UTC: of "2027-06-30". `invalid` for what is no day.
Result<Seconds> end_of_day(std::string_view day);

}  // namespace rhumb::identity
