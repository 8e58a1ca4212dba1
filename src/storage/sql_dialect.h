#pragma once
/// What differs between databases outside: the statements on tables of ours, as values. Inside this
/// module only.

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::storage {

/// `{s}` in a statement is the schema.
struct SqlDialect {
    std::string_view name;  ///< "PostgreSQL"
    /// For each new session; `{ms}` is the time limit in milliseconds.
    std::span<const std::string_view> at_start;
    std::string_view read_only;  ///< makes a session so; "": it cannot be made

    std::string_view server_version;

    std::string_view make_schema;  ///< fails when it is there
    std::string_view has_schema;   ///< :schema; one row with a number: how many there are
    std::span<const std::string_view> make_tables;
    std::string_view has_tables;  ///< :schema; as has_schema
    std::string_view version;

    std::string_view find_user;     ///< :key
    std::string_view list_users;    ///< :contains, :after, :count
    std::string_view add_user;      ///< its columns
    std::string_view update_user;   ///< its columns but the password, and :was
    std::string_view set_password;  ///< :key, :password, :password_changed
    std::string_view replace_hash;  ///< :key, :password, :was
    std::string_view rename_user;   ///< in the memberships: :key, :name, :was
    std::string_view remove_user;   ///< :key
    std::string_view forget_user;   ///< its memberships: :key
    std::string_view list_roles;    ///< with a row for each member
    std::string_view roles_around;  ///< :key; memberships of a user, and of roles in roles
    std::string_view find_role;     ///< :key
    std::string_view add_role;
    std::string_view update_role;    ///< and :was
    std::string_view rename_role;    ///< as a member
    std::string_view remove_role;    ///< :key
    std::string_view forget_role;    ///< its members, and where it is one: :key
    std::string_view find_member;    ///< :role, :kind, :key
    std::string_view add_member;     ///< :role, :kind, :key, :name
    std::string_view remove_member;  ///< :role, :kind, :key
};

const SqlDialect& postgresql_dialect();
const SqlDialect& sqlserver_dialect();

/// Of the tables that this Rhumb makes and reads.
inline constexpr long long sql_schema_version = 1;

/// A name that needs no quotes: a letter, then letters, digits, _ ; at most 63. `invalid`.
Result<void> check_sql_schema(std::string_view schema);

/// The statement with the schema in it, which was checked.
std::string with_schema(std::string_view statement, std::string_view schema);

}  // namespace rhumb::storage
