#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

Result<std::vector<AuthorityRecord>> View::authorities() const {
    return session_.guarded(
        "reading the authorities", [&](soci::session& sql) -> Result<std::vector<AuthorityRecord>> {
            AuthorityRecord row;
            long long id = 0;
            long long created = 0;
            OptionalColumn retired;
            soci::blob root_key{sql};
            soci::blob intermediate_key{sql};
            soci::statement statement =
                (sql.prepare
                     << "SELECT id, name, root_pem, sealed_root_key, intermediate_pem, sealed_intermediate_key,"
                        " created, retired FROM authority ORDER BY id DESC",
                 soci::into(id), soci::into(row.name), soci::into(row.root_pem),
                 soci::into(root_key), soci::into(row.intermediate_pem),
                 soci::into(intermediate_key), soci::into(created),
                 soci::into(retired.value, retired.is));
            statement.execute();
            std::vector<AuthorityRecord> authorities;
            while (statement.fetch()) {
                row.id = id;
                row.sealed_root_key = bytes_of(root_key);
                row.sealed_intermediate_key = bytes_of(intermediate_key);
                row.created = to_seconds(created);
                row.retired = retired.to_time();
                authorities.push_back(row);
            }
            return authorities;
        });
}

Result<std::optional<AuthorityRecord>> View::find_authority() const {
    TRY(auto all, authorities());
    for (auto& authority : all) {
        if (!authority.retired) return std::move(authority);
    }
    return std::nullopt;
}

Result<Id> Transaction::add_authority(const AuthorityRecord& authority) {
    return session_.guarded("adding an authority", [&](soci::session& sql) -> Result<Id> {
        soci::blob root_key{sql};
        soci::blob intermediate_key{sql};
        fill(root_key, authority.sealed_root_key);
        fill(intermediate_key, authority.sealed_intermediate_key);
        const long long created = to_column(authority.created);
        OptionalColumn retired{authority.retired};
        sql << "INSERT INTO authority (name, root_pem, sealed_root_key, intermediate_pem, sealed_intermediate_key,"
               " created, retired) VALUES (:name, :root_pem, :root_key, :intermediate_pem, :intermediate_key, :created,"
               " :retired)",
            soci::use(authority.name, "name"), soci::use(authority.root_pem, "root_pem"),
            soci::use(root_key, "root_key"),
            soci::use(authority.intermediate_pem, "intermediate_pem"),
            soci::use(intermediate_key, "intermediate_key"), soci::use(created, "created"),
            soci::use(retired.value, retired.is, "retired");
        return last_id(sql);
    });
}

Result<void> Transaction::update_authority(const AuthorityRecord& authority) {
    return session_.guarded("changing an authority", [&](soci::session& sql) -> Result<void> {
        soci::blob root_key{sql};
        soci::blob intermediate_key{sql};
        fill(root_key, authority.sealed_root_key);
        fill(intermediate_key, authority.sealed_intermediate_key);
        const long long id = authority.id;
        OptionalColumn retired{authority.retired};
        sql << "UPDATE authority SET name = :name, root_pem = :root_pem, sealed_root_key = :root_key,"
               " intermediate_pem = :intermediate_pem, sealed_intermediate_key = :intermediate_key, retired = :retired"
               " WHERE id = :id",
            soci::use(authority.name, "name"), soci::use(authority.root_pem, "root_pem"),
            soci::use(root_key, "root_key"),
            soci::use(authority.intermediate_pem, "intermediate_pem"),
            soci::use(intermediate_key, "intermediate_key"),
            soci::use(retired.value, retired.is, "retired"), soci::use(id, "id");
        if (changed_rows(sql) == 0)
            return fail(ErrorKind::not_found, "there is no authority with the id {}", id);
        return {};
    });
}

Result<void> Transaction::retire_authority(Id id, Seconds when) {
    return session_.guarded("retiring an authority", [&](soci::session& sql) -> Result<void> {
        const long long wanted = id;
        const long long time = to_column(when);
        sql << "UPDATE authority SET retired = :time WHERE id = :id", soci::use(time, "time"),
            soci::use(wanted, "id");
        if (changed_rows(sql) == 0)
            return fail(ErrorKind::not_found, "there is no authority with the id {}", id);
        return {};
    });
}

}  // namespace rhumb::storage
