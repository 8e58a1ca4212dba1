#include "storage/sql_dialect.h"

#include <algorithm>

namespace rhumb::storage {

namespace {

// `name_key` is the name in lower case (ASCII alone), compared byte for byte: what a name is does
// not depend on the collation of somebody's database. Times are seconds since 1970-01-01 UTC.

constexpr std::array<std::string_view, 1> postgresql_at_start{
    "SELECT set_config('statement_timeout', '{ms}', false), set_config('lock_timeout', '{ms}', false),"
    " set_config('idle_in_transaction_session_timeout', '60000', false),"
    " set_config('timezone', 'UTC', false), set_config('datestyle', 'ISO', false),"
    " set_config('standard_conforming_strings', 'on', false)"};

constexpr std::array<std::string_view, 6> postgresql_tables{
    "CREATE TABLE {s}.rhumb_schema (version bigint NOT NULL)",
    "INSERT INTO {s}.rhumb_schema (version) VALUES (1)",
    "CREATE TABLE {s}.rhumb_user (name_key varchar(128) COLLATE \"C\" PRIMARY KEY,"
    " name varchar(128) NOT NULL, full_name varchar(500) NOT NULL, email varchar(500) NOT NULL,"
    " description varchar(500) NOT NULL, password varchar(255) NOT NULL, password_changed bigint,"
    " created bigint NOT NULL, disabled bigint, expires bigint)",
    "CREATE TABLE {s}.rhumb_role (name_key varchar(128) COLLATE \"C\" PRIMARY KEY,"
    " name varchar(128) NOT NULL, description varchar(500) NOT NULL, created bigint NOT NULL)",
    "CREATE TABLE {s}.rhumb_member (role_key varchar(128) COLLATE \"C\" NOT NULL"
    " REFERENCES {s}.rhumb_role (name_key) ON UPDATE CASCADE ON DELETE CASCADE,"
    " kind varchar(4) NOT NULL CHECK (kind IN ('user', 'role')),"
    " member_key varchar(128) COLLATE \"C\" NOT NULL, member varchar(128) NOT NULL,"
    " PRIMARY KEY (role_key, kind, member_key))",
    "CREATE INDEX rhumb_member_of ON {s}.rhumb_member (kind, member_key)"};

constexpr std::array<std::string_view, 2> sqlserver_at_start{"SET LOCK_TIMEOUT {ms}",
                                                             "SET XACT_ABORT ON"};

// A collation with UTF-8 (SQL Server 2019 or newer), so that no name is turned into another.
constexpr std::array<std::string_view, 6> sqlserver_tables{
    "CREATE TABLE {s}.rhumb_schema (version bigint NOT NULL)",
    "INSERT INTO {s}.rhumb_schema (version) VALUES (1)",
    "CREATE TABLE {s}.rhumb_user ("
    "name_key varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL PRIMARY KEY,"
    " name varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL,"
    " full_name varchar(500) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL,"
    " email varchar(500) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL,"
    " description varchar(500) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL,"
    " password varchar(255) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, password_changed bigint,"
    " created bigint NOT NULL, disabled bigint, expires bigint)",
    "CREATE TABLE {s}.rhumb_role ("
    "name_key varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL PRIMARY KEY,"
    " name varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL,"
    " description varchar(500) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL,"
    " created bigint NOT NULL)",
    "CREATE TABLE {s}.rhumb_member ("
    "role_key varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL"
    " REFERENCES {s}.rhumb_role (name_key) ON UPDATE CASCADE ON DELETE CASCADE,"
    " kind varchar(4) NOT NULL CHECK (kind IN ('user', 'role')),"
    " member_key varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL,"
    " member varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL,"
    " PRIMARY KEY (role_key, kind, member_key))",
    "CREATE INDEX rhumb_member_of ON {s}.rhumb_member (kind, member_key)"};

// INFORMATION_SCHEMA in capitals: PostgreSQL does not mind, a SQL Server may tell them apart.
constexpr SqlDialect postgresql{
    .name = "PostgreSQL",
    .at_start = postgresql_at_start,
    .read_only = "SELECT set_config('default_transaction_read_only', 'on', false)",
    .server_version = "SELECT version()",
    .make_schema = "CREATE SCHEMA {s}",
    .has_schema = "SELECT count(*) FROM INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME = :schema",
    .make_tables = postgresql_tables,
    .has_tables =
        "SELECT count(*) FROM INFORMATION_SCHEMA.TABLES"
        " WHERE TABLE_SCHEMA = :schema AND TABLE_NAME = 'rhumb_schema'",
    .version = "SELECT version FROM {s}.rhumb_schema",
    .find_user =
        "SELECT name, full_name, email, description, password, password_changed, created,"
        " disabled, expires FROM {s}.rhumb_user WHERE name_key = :key",
    .list_users =
        "SELECT name, full_name, email, description, password, password_changed, created,"
        " disabled, expires FROM {s}.rhumb_user WHERE name_key > :after"
        " AND (position(:contains in name_key) > 0"
        " OR position(:contains in lower(full_name COLLATE \"C\")) > 0)"
        " ORDER BY name_key LIMIT :count",
    .add_user =
        "INSERT INTO {s}.rhumb_user (name_key, name, full_name, email, description,"
        " password, password_changed, created, disabled, expires) VALUES (:key, :name,"
        " :full_name, :email, :description, :password, :password_changed, :created,"
        " :disabled, :expires)",
    .update_user =
        "UPDATE {s}.rhumb_user SET name_key = :key, name = :name,"
        " full_name = :full_name, email = :email, description = :description,"
        " disabled = :disabled, expires = :expires WHERE name_key = :was",
    .set_password =
        "UPDATE {s}.rhumb_user SET password = :password,"
        " password_changed = :password_changed WHERE name_key = :key",
    .replace_hash =
        "UPDATE {s}.rhumb_user SET password = :password"
        " WHERE name_key = :key AND password = :was",
    .rename_user =
        "UPDATE {s}.rhumb_member SET member_key = :key, member = :name"
        " WHERE kind = 'user' AND member_key = :was",
    .remove_user = "DELETE FROM {s}.rhumb_user WHERE name_key = :key",
    .forget_user = "DELETE FROM {s}.rhumb_member WHERE kind = 'user' AND member_key = :key",
    .list_roles =
        "SELECT r.name AS role, r.description, m.kind, m.member"
        " FROM {s}.rhumb_role r LEFT JOIN {s}.rhumb_member m ON m.role_key = r.name_key"
        " ORDER BY r.name_key, m.kind DESC, m.member_key",
    .roles_around =
        "SELECT r.name AS role, m.kind, m.member FROM {s}.rhumb_member m"
        " JOIN {s}.rhumb_role r ON r.name_key = m.role_key"
        " WHERE m.kind = 'role' OR (m.kind = 'user' AND m.member_key = :key)",
    .find_role =
        "SELECT name AS role, description, created FROM {s}.rhumb_role"
        " WHERE name_key = :key",
    .add_role =
        "INSERT INTO {s}.rhumb_role (name_key, name, description, created)"
        " VALUES (:key, :name, :description, :created)",
    .update_role =
        "UPDATE {s}.rhumb_role SET name_key = :key, name = :name,"
        " description = :description WHERE name_key = :was",
    .rename_role =
        "UPDATE {s}.rhumb_member SET member_key = :key, member = :name"
        " WHERE kind = 'role' AND member_key = :was",
    .remove_role = "DELETE FROM {s}.rhumb_role WHERE name_key = :key",
    .forget_role =
        "DELETE FROM {s}.rhumb_member WHERE role_key = :key"
        " OR (kind = 'role' AND member_key = :key)",
    .find_member =
        "SELECT member FROM {s}.rhumb_member"
        " WHERE role_key = :role AND kind = :kind AND member_key = :key",
    .add_member =
        "INSERT INTO {s}.rhumb_member (role_key, kind, member_key, member)"
        " VALUES (:role, :kind, :key, :name)",
    .remove_member =
        "DELETE FROM {s}.rhumb_member"
        " WHERE role_key = :role AND kind = :kind AND member_key = :key"};

/// Most statements are the same.
constexpr SqlDialect make_sqlserver() {
    auto dialect = postgresql;
    dialect.name = "SQL Server";
    dialect.at_start = sqlserver_at_start;
    dialect.read_only = "";
    dialect.server_version = "SELECT @@VERSION";
    dialect.make_tables = sqlserver_tables;
    dialect.list_users =
        "SELECT name, full_name, email, description, password, password_changed, created,"
        " disabled, expires FROM {s}.rhumb_user WHERE name_key > :after"
        " AND (:contains = '' OR CHARINDEX(:contains, name_key) > 0"
        " OR CHARINDEX(:contains, LOWER(full_name)) > 0)"
        " ORDER BY name_key OFFSET 0 ROWS FETCH NEXT (:count) ROWS ONLY";
    return dialect;
}

constexpr SqlDialect sqlserver = make_sqlserver();

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

const SqlDialect& postgresql_dialect() { return postgresql; }
const SqlDialect& sqlserver_dialect() { return sqlserver; }

Result<void> check_sql_schema(std::string_view schema) {
    constexpr std::size_t size_max = 63;
    const auto is_good = [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    if (schema.empty() || schema.size() > size_max || !is_letter(schema.front()) ||
        !std::ranges::all_of(schema, is_good))
        return fail(
            ErrorKind::invalid,
            "the schema «{}» cannot be one: a letter, then letters, digits and _, 63 at most",
            schema);
    return {};
}

std::string with_schema(std::string_view statement, std::string_view schema) {
    constexpr std::string_view sign = "{s}";
    std::string text;
    for (;;) {
        const auto at = statement.find(sign);
        text += statement.substr(0, at);
        if (at == std::string_view::npos) return text;
        text += schema;
        statement.remove_prefix(at + sign.size());
    }
}

}  // namespace rhumb::storage
