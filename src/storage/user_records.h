#pragma once
/// Users and roles, as the store keeps them.

#include <optional>
#include <string>
#include <vector>

#include "base/privilege.h"
#include "storage/records.h"

namespace rhumb::storage {

struct UserRecord {
    Id id = 0;
    std::string name;  ///< unique without regard to ASCII case
    std::string full_name;
    std::string email;
    std::string description;
    std::string password;  ///< its hash; "": nobody gets in by a password
    std::optional<Seconds> password_changed;
    Seconds created{};
    std::optional<Seconds> disabled;  ///< since then
    std::optional<Seconds> expires;   ///< from then on it counts as disabled
};

using rhumb::Privilege;

struct RoleRecord {
    Id id = 0;
    std::string name;  ///< unique without regard to ASCII case
    std::string description;
    Privilege privilege = Privilege::view;
    Seconds created{};
};

/// Who has a role: a user, or all who have another role. By name, without regard to ASCII case.
struct Membership {
    enum class Kind { user, role };

    std::string role;
    Kind kind = Kind::user;
    std::string member;

    bool operator==(const Membership&) const = default;
};

/// Some of a long list.
struct Page {
    std::string contains{};  ///< in the name or the full name, without regard to ASCII case
    std::string after{};     ///< begins behind this name
    std::size_t count_max = 100;
};

}  // namespace rhumb::storage
