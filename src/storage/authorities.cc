#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

Result<std::vector<AuthorityRecord>> View::authorities() const {
    return session_.guarded(
        "reading the authorities", [&](soci::session& sql) -> Result<std::vector<AuthorityRecord>> {
            AuthorityRecord row;
            long long id = 0;
            long long created = 0;
            OptionalColumn activates;
            OptionalColumn activated;
            OptionalColumn retired;
            soci::blob key{sql};
            soci::statement statement =
                (sql.prepare << "SELECT id, name, root_pem, sealed_root_key, cross_pem, created,"
                                " activates, activated, retired FROM authority ORDER BY id DESC",
                 soci::into(id), soci::into(row.name), soci::into(row.root_pem), soci::into(key),
                 soci::into(row.cross_pem), soci::into(created),
                 soci::into(activates.value, activates.is),
                 soci::into(activated.value, activated.is), soci::into(retired.value, retired.is));
            statement.execute();
            std::vector<AuthorityRecord> authorities;
            while (statement.fetch()) {
                row.id = id;
                row.sealed_root_key = bytes_of(key);
                row.created = to_seconds(created);
                row.activates = activates.to_time();
                row.activated = activated.to_time();
                row.retired = retired.to_time();
                authorities.push_back(row);
            }
            return authorities;
        });
}

Result<std::optional<AuthorityRecord>> View::find_authority() const {
    TRY(auto all, authorities());
    for (auto& authority : all) {
        if (authority.activated && !authority.retired) return std::move(authority);
    }
    return std::nullopt;
}

Result<std::optional<AuthorityRecord>> View::find_next_authority() const {
    TRY(auto all, authorities());
    for (auto& authority : all) {
        if (!authority.activated && !authority.retired) return std::move(authority);
    }
    return std::nullopt;
}

Result<std::vector<IntermediateRecord>> View::intermediates() const {
    return session_.guarded(
        "reading the intermediates",
        [&](soci::session& sql) -> Result<std::vector<IntermediateRecord>> {
            IntermediateRecord row;
            long long id = 0;
            long long authority = 0;
            long long created = 0;
            OptionalColumn retired;
            soci::blob key{sql};
            soci::statement statement =
                (sql.prepare << "SELECT id, authority, pem, sealed_key, created, retired"
                                " FROM intermediate ORDER BY id DESC",
                 soci::into(id), soci::into(authority), soci::into(row.pem), soci::into(key),
                 soci::into(created), soci::into(retired.value, retired.is));
            statement.execute();
            std::vector<IntermediateRecord> intermediates;
            while (statement.fetch()) {
                row.id = id;
                row.authority = authority;
                row.sealed_key = bytes_of(key);
                row.created = to_seconds(created);
                row.retired = retired.to_time();
                intermediates.push_back(row);
            }
            return intermediates;
        });
}

Result<Id> Transaction::add_authority(const AuthorityRecord& authority) {
    return session_.guarded("adding an authority", [&](soci::session& sql) -> Result<Id> {
        soci::blob key{sql};
        fill(key, authority.sealed_root_key);
        const long long created = to_column(authority.created);
        OptionalColumn activates{authority.activates};
        OptionalColumn activated{authority.activated};
        OptionalColumn retired{authority.retired};
        sql << "INSERT INTO authority (name, root_pem, sealed_root_key, cross_pem, created,"
               " activates, activated, retired) VALUES (:name, :root_pem, :key, :cross_pem,"
               " :created, :activates, :activated, :retired)",
            soci::use(authority.name, "name"), soci::use(authority.root_pem, "root_pem"),
            soci::use(key, "key"), soci::use(authority.cross_pem, "cross_pem"),
            soci::use(created, "created"), soci::use(activates.value, activates.is, "activates"),
            soci::use(activated.value, activated.is, "activated"),
            soci::use(retired.value, retired.is, "retired");
        return last_id(sql);
    });
}

Result<void> Transaction::update_authority(const AuthorityRecord& authority) {
    return session_.guarded("changing an authority", [&](soci::session& sql) -> Result<void> {
        const long long id = authority.id;
        OptionalColumn activates{authority.activates};
        OptionalColumn activated{authority.activated};
        OptionalColumn retired{authority.retired};
        sql << "UPDATE authority SET name = :name, root_pem = :root_pem, cross_pem = :cross_pem,"
               " activates = :activates, activated = :activated, retired = :retired"
               " WHERE id = :id",
            soci::use(authority.name, "name"), soci::use(authority.root_pem, "root_pem"),
            soci::use(authority.cross_pem, "cross_pem"),
            soci::use(activates.value, activates.is, "activates"),
            soci::use(activated.value, activated.is, "activated"),
            soci::use(retired.value, retired.is, "retired"), soci::use(id, "id");
        if (changed_rows(sql) == 0)
            return fail(ErrorKind::not_found, "there is no authority with the id {}", id);
        return {};
    });
}

Result<Id> Transaction::add_intermediate(const IntermediateRecord& intermediate) {
    return session_.guarded("adding an intermediate", [&](soci::session& sql) -> Result<Id> {
        soci::blob key{sql};
        fill(key, intermediate.sealed_key);
        const long long authority = intermediate.authority;
        const long long created = to_column(intermediate.created);
        OptionalColumn retired{intermediate.retired};
        sql << "UPDATE intermediate SET retired = :created"
               " WHERE authority = :authority AND retired IS NULL",
            soci::use(created, "created"), soci::use(authority, "authority");
        sql << "INSERT INTO intermediate (authority, pem, sealed_key, created, retired)"
               " VALUES (:authority, :pem, :key, :created, :retired)",
            soci::use(authority, "authority"), soci::use(intermediate.pem, "pem"),
            soci::use(key, "key"), soci::use(created, "created"),
            soci::use(retired.value, retired.is, "retired");
        return last_id(sql);
    });
}

}  // namespace rhumb::storage
