#include "storage/secrets.h"

#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {
namespace {

constexpr const char* columns = "SELECT id, name, created, changed, sealed FROM secret ";

/// Where the columns of a row go while rows are fetched.
struct Row {
    explicit Row(soci::session& sql) : sealed{sql} {}

    std::string name;
    soci::blob sealed;
    long long id = 0;
    long long created = 0;
    long long changed = 0;

    SecretRecord value() {
        return {.id = id,
                .name = name,
                .created = to_seconds(created),
                .changed = to_seconds(changed),
                .sealed = bytes_of(sealed)};
    }
};

std::vector<SecretRecord> fetch(Row& row, soci::statement& statement) {
    statement.execute();
    std::vector<SecretRecord> found;
    while (statement.fetch()) found.push_back(row.value());
    return found;
}

Error no_secret(std::string_view name) {
    return {ErrorKind::not_found,
            fmt::format("there is no secret «{0}»; put it there: rhumb secret set {0}", name)};
}

}  // namespace

std::string secret_purpose(Id id) { return fmt::format("secret {}", id); }

Result<std::vector<SecretRecord>> secrets(const View& view) {
    return view.session().guarded(
        "reading the secrets", [](soci::session& sql) -> Result<std::vector<SecretRecord>> {
            Row row{sql};
            soci::statement statement =
                (sql.prepare << std::string{columns} + "ORDER BY name", soci::into(row.id),
                 soci::into(row.name), soci::into(row.created), soci::into(row.changed),
                 soci::into(row.sealed));
            return fetch(row, statement);
        });
}

Result<std::optional<SecretRecord>> find_secret(const View& view, std::string_view name) {
    return view.session().guarded(
        "reading a secret", [&](soci::session& sql) -> Result<std::optional<SecretRecord>> {
            Row row{sql};
            const std::string wanted{name};
            soci::statement statement =
                (sql.prepare << std::string{columns} + "WHERE name = :name", soci::into(row.id),
                 soci::into(row.name), soci::into(row.created), soci::into(row.changed),
                 soci::into(row.sealed), soci::use(wanted, "name"));
            auto found = fetch(row, statement);
            if (found.empty()) return std::nullopt;
            return std::move(found.front());
        });
}

Result<Id> add_secret(Transaction& transaction, const SecretRecord& secret) {
    TRY(const auto other, find_secret(transaction, secret.name));
    if (other) return fail(ErrorKind::conflict, "there is a secret «{}» already", secret.name);
    return transaction.session().guarded("adding a secret", [&](soci::session& sql) -> Result<Id> {
        const long long created = to_column(secret.created);
        const long long changed = to_column(secret.changed);
        soci::blob sealed{sql};
        fill(sealed, secret.sealed);
        sql << "INSERT INTO secret (name, created, changed, sealed)"
               " VALUES (:name, :created, :changed, :sealed)",
            soci::use(secret.name, "name"), soci::use(created, "created"),
            soci::use(changed, "changed"), soci::use(sealed, "sealed");
        return last_id(sql);
    });
}

Result<void> update_secret(Transaction& transaction, const SecretRecord& secret) {
    return transaction.session().guarded(
        "changing a secret", [&](soci::session& sql) -> Result<void> {
            const long long id = secret.id;
            const long long changed = to_column(secret.changed);
            soci::blob sealed{sql};
            fill(sealed, secret.sealed);
            sql << "UPDATE secret SET changed = :changed, sealed = :sealed WHERE id = :id",
                soci::use(changed, "changed"), soci::use(sealed, "sealed"), soci::use(id, "id");
            if (changed_rows(sql) == 0) return tl::unexpected(no_secret(secret.name));
            return {};
        });
}

Result<void> remove_secret(Transaction& transaction, std::string_view name) {
    return transaction.session().guarded(
        "removing a secret", [&](soci::session& sql) -> Result<void> {
            const std::string wanted{name};
            sql << "DELETE FROM secret WHERE name = :name", soci::use(wanted, "name");
            if (changed_rows(sql) == 0) return tl::unexpected(no_secret(name));
            return {};
        });
}

}  // namespace rhumb::storage
