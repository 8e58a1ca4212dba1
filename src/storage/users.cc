#include "storage/users.h"

#include <array>

#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {
namespace {

constexpr const char* user_columns =
    "SELECT id, name, full_name, email, description, password, password_changed, created, disabled,"
    " expires FROM user ";

/// Where the columns of a row go while rows are fetched.
struct UserRow {
    UserRecord record;
    long long id = 0;
    long long created = 0;
    OptionalColumn password_changed;
    OptionalColumn disabled;
    OptionalColumn expires;

    UserRecord value() const {
        auto user = record;
        user.id = id;
        user.created = to_seconds(created);
        user.password_changed = password_changed.to_time();
        user.disabled = disabled.to_time();
        user.expires = expires.to_time();
        return user;
    }
};

/// Executes it, and gives all rows.
std::vector<UserRecord> fetch(UserRow& row, soci::statement& statement) {
    statement.execute();
    std::vector<UserRecord> found;
    while (statement.fetch()) found.push_back(row.value());
    return found;
}

/// The pattern of LIKE … ESCAPE '\' for texts that contain `part`.
std::string like(std::string_view part) {
    std::string pattern = "%";
    for (const char c : part) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

Error there_is_a_user(std::string_view name) {
    return {ErrorKind::conflict, fmt::format("there is a user «{}» already", name)};
}

Error no_user(std::string_view name) {
    return {ErrorKind::not_found, fmt::format("there is no user «{}»", name)};
}

Result<void> rename_member(soci::session& sql, const std::string& kind, const std::string& from,
                           const std::string& to) {
    sql << "UPDATE role_member SET member = :to WHERE kind = :kind AND member = :from",
        soci::use(to, "to"), soci::use(kind, "kind"), soci::use(from, "from");
    return {};
}

/// What a user has beside roles, by name.
constexpr std::array<const char*, 3> tables_of_users{"session", "second_factor", "recovery_code"};

void rename_in_tables(soci::session& sql, const std::string& from, const std::string& to) {
    for (const auto* const table : tables_of_users)
        sql << fmt::format("UPDATE {} SET user = :to WHERE user = :from", table),
            soci::use(to, "to"), soci::use(from, "from");
}

void remove_from_tables(soci::session& sql, const std::string& name) {
    for (const auto* const table : tables_of_users)
        sql << fmt::format("DELETE FROM {} WHERE user = :name", table), soci::use(name, "name");
}

std::optional<std::string> name_of(soci::session& sql, const std::string& table, Id wanted) {
    std::string name;
    const long long id = wanted;
    sql << "SELECT name FROM " + table + " WHERE id = :id", soci::into(name), soci::use(id, "id");
    return sql.got_data() ? std::optional{name} : std::nullopt;
}

}  // namespace

Result<std::vector<UserRecord>> users(const View& view, const Page& page) {
    return view.session().guarded(
        "reading the users", [&](soci::session& sql) -> Result<std::vector<UserRecord>> {
            UserRow row;
            const auto pattern = like(page.contains);
            const auto count = static_cast<long long>(page.count_max);
            soci::statement statement =
                (sql.prepare << std::string{user_columns} +
                                    "WHERE (name LIKE :pattern ESCAPE '\\'"
                                    " OR full_name LIKE :pattern ESCAPE '\\') AND name > :after"
                                    " ORDER BY name LIMIT :count",
                 soci::into(row.id), soci::into(row.record.name), soci::into(row.record.full_name),
                 soci::into(row.record.email), soci::into(row.record.description),
                 soci::into(row.record.password),
                 soci::into(row.password_changed.value, row.password_changed.is),
                 soci::into(row.created), soci::into(row.disabled.value, row.disabled.is),
                 soci::into(row.expires.value, row.expires.is), soci::use(pattern, "pattern"),
                 soci::use(page.after, "after"), soci::use(count, "count"));
            return fetch(row, statement);
        });
}

Result<std::optional<UserRecord>> find_user(const View& view, std::string_view name) {
    return view.session().guarded(
        "reading a user", [&](soci::session& sql) -> Result<std::optional<UserRecord>> {
            UserRow row;
            const std::string wanted{name};
            soci::statement statement =
                (sql.prepare << std::string{user_columns} + "WHERE name = :name",
                 soci::into(row.id), soci::into(row.record.name), soci::into(row.record.full_name),
                 soci::into(row.record.email), soci::into(row.record.description),
                 soci::into(row.record.password),
                 soci::into(row.password_changed.value, row.password_changed.is),
                 soci::into(row.created), soci::into(row.disabled.value, row.disabled.is),
                 soci::into(row.expires.value, row.expires.is), soci::use(wanted, "name"));
            auto found = fetch(row, statement);
            if (found.empty()) return std::nullopt;
            return std::move(found.front());
        });
}

Result<Id> add_user(Transaction& transaction, const UserRecord& user) {
    TRY(const auto other, find_user(transaction, user.name));
    if (other) return tl::unexpected(there_is_a_user(other->name));
    return transaction.session().guarded("adding a user", [&](soci::session& sql) -> Result<Id> {
        const long long created = to_column(user.created);
        OptionalColumn changed{user.password_changed};
        OptionalColumn disabled{user.disabled};
        OptionalColumn expires{user.expires};
        sql << "INSERT INTO user (name, full_name, email, description, password, password_changed,"
               " created, disabled, expires) VALUES (:name, :full_name, :email, :description,"
               " :password, :changed, :created, :disabled, :expires)",
            soci::use(user.name, "name"), soci::use(user.full_name, "full_name"),
            soci::use(user.email, "email"), soci::use(user.description, "description"),
            soci::use(user.password, "password"), soci::use(changed.value, changed.is, "changed"),
            soci::use(created, "created"), soci::use(disabled.value, disabled.is, "disabled"),
            soci::use(expires.value, expires.is, "expires");
        return last_id(sql);
    });
}

Result<void> update_user(Transaction& transaction, const UserRecord& user) {
    TRY(const auto other, find_user(transaction, user.name));
    if (other && other->id != user.id) return tl::unexpected(there_is_a_user(other->name));
    return transaction.session().guarded(
        "changing a user", [&](soci::session& sql) -> Result<void> {
            const auto before = name_of(sql, "user", user.id);
            if (!before) return tl::unexpected(no_user(user.name));
            const long long id = user.id;
            OptionalColumn changed{user.password_changed};
            OptionalColumn disabled{user.disabled};
            OptionalColumn expires{user.expires};
            sql << "UPDATE user SET name = :name, full_name = :full_name, email = :email,"
                   " description = :description, password = :password,"
                   " password_changed = :changed, disabled = :disabled, expires = :expires"
                   " WHERE id = :id",
                soci::use(user.name, "name"), soci::use(user.full_name, "full_name"),
                soci::use(user.email, "email"), soci::use(user.description, "description"),
                soci::use(user.password, "password"),
                soci::use(changed.value, changed.is, "changed"),
                soci::use(disabled.value, disabled.is, "disabled"),
                soci::use(expires.value, expires.is, "expires"), soci::use(id, "id");
            if (*before != user.name) rename_in_tables(sql, *before, user.name);
            return rename_member(sql, "user", *before, user.name);
        });
}

Result<void> remove_user(Transaction& transaction, std::string_view name) {
    return transaction.session().guarded(
        "removing a user", [&](soci::session& sql) -> Result<void> {
            const std::string wanted{name};
            sql << "DELETE FROM user WHERE name = :name", soci::use(wanted, "name");
            if (changed_rows(sql) == 0) return tl::unexpected(no_user(name));
            sql << "DELETE FROM role_member WHERE kind = 'user' AND member = :name",
                soci::use(wanted, "name");
            remove_from_tables(sql, wanted);
            return {};
        });
}

}  // namespace rhumb::storage
