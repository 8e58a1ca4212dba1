#include "storage/tokens.h"

#include <array>

#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

namespace {

constexpr std::array<const char*, 3> kinds{"token", "user", "all"};

std::string to_column(TokenRevocation::Kind kind) {
    return kinds.at(static_cast<std::size_t>(kind));
}

TokenRevocation::Kind to_kind(const std::string& column) {
    using enum TokenRevocation::Kind;
    if (column == "token") return token;
    return column == "user" ? user : all;
}

}  // namespace

Result<std::vector<TokenKeyRecord>> token_keys(const View& view) {
    return view.session().guarded(
        "reading the keys of tokens",
        [&](soci::session& sql) -> Result<std::vector<TokenKeyRecord>> {
            TokenKeyRecord row;
            long long id = 0;
            long long created = 0;
            long long needed = 0;
            OptionalColumn retired;
            soci::blob sealed{sql};
            soci::statement statement =
                (sql.prepare << "SELECT id, name, created, sealed, retired, needed FROM token_key"
                                " ORDER BY id DESC",
                 soci::into(id), soci::into(row.name), soci::into(created), soci::into(sealed),
                 soci::into(retired.value, retired.is), soci::into(needed));
            statement.execute();
            std::vector<TokenKeyRecord> keys;
            while (statement.fetch()) {
                row.id = id;
                row.created = to_seconds(created);
                row.sealed = bytes_of(sealed);
                row.retired = retired.to_time();
                row.needed = to_seconds(needed);
                keys.push_back(row);
            }
            return keys;
        });
}

Result<Id> add_token_key(Transaction& transaction, const TokenKeyRecord& key) {
    return transaction.session().guarded(
        "adding a key of tokens", [&](soci::session& sql) -> Result<Id> {
            const long long created = to_column(key.created);
            const long long needed = to_column(key.needed);
            soci::blob sealed{sql};
            fill(sealed, key.sealed);
            sql << "UPDATE token_key SET retired = :created WHERE retired IS NULL",
                soci::use(created, "created");
            sql << "INSERT INTO token_key (name, created, sealed, needed)"
                   " VALUES (:name, :created, :sealed, :needed)",
                soci::use(key.name, "name"), soci::use(created, "created"),
                soci::use(sealed, "sealed"), soci::use(needed, "needed");
            return last_id(sql);
        });
}

Result<bool> need_token_key(Transaction& transaction, Id key, Seconds until) {
    return transaction.session().guarded(
        "noting how long a key of tokens is needed", [&](soci::session& sql) -> Result<bool> {
            const long long id = key;
            const long long needed = to_column(until);
            sql << "UPDATE token_key SET needed = max(needed, :needed) WHERE id = :id",
                soci::use(needed, "needed"), soci::use(id, "id");
            return changed_rows(sql) > 0;
        });
}

Result<void> remove_token_key(Transaction& transaction, Id key) {
    return transaction.session().guarded(
        "removing a key of tokens", [&](soci::session& sql) -> Result<void> {
            const long long id = key;
            sql << "DELETE FROM token_key WHERE id = :id", soci::use(id, "id");
            return {};
        });
}

Result<std::vector<TokenRevocation>> token_revocations(const View& view) {
    return view.session().guarded(
        "reading the revocations of tokens",
        [&](soci::session& sql) -> Result<std::vector<TokenRevocation>> {
            long long id = 0;
            long long before = 0;
            long long created = 0;
            long long ends = 0;
            std::string kind;
            std::string subject;
            soci::statement statement =
                (sql.prepare << "SELECT id, kind, subject, before, created, ends"
                                " FROM token_revocation ORDER BY id",
                 soci::into(id), soci::into(kind), soci::into(subject), soci::into(before),
                 soci::into(created), soci::into(ends));
            statement.execute();
            std::vector<TokenRevocation> all;
            while (statement.fetch())
                all.push_back({id, to_kind(kind), subject, to_seconds(before), to_seconds(created),
                               to_seconds(ends)});
            return all;
        });
}

Result<Id> last_token_revocation(const View& view) {
    return view.session().guarded(
        "reading the last revocation of tokens", [&](soci::session& sql) -> Result<Id> {
            long long id = 0;
            sql << "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name ="
                   " 'token_revocation'",
                soci::into(id);
            return id;
        });
}

Result<Id> add_token_revocation(Transaction& transaction, const TokenRevocation& revocation) {
    return transaction.session().guarded("revoking tokens", [&](soci::session& sql) -> Result<Id> {
        const auto kind = to_column(revocation.kind);
        const long long before = to_column(revocation.before);
        const long long created = to_column(revocation.created);
        const long long ends = to_column(revocation.ends);
        sql << "DELETE FROM token_revocation WHERE kind = :kind AND subject = :subject",
            soci::use(kind, "kind"), soci::use(revocation.subject, "subject");
        sql << "INSERT INTO token_revocation (kind, subject, before, created, ends)"
               " VALUES (:kind, :subject, :before, :created, :ends)",
            soci::use(kind, "kind"), soci::use(revocation.subject, "subject"),
            soci::use(before, "before"), soci::use(created, "created"), soci::use(ends, "ends");
        return last_id(sql);
    });
}

Result<bool> bring_token_revocations_back(Transaction& transaction, Seconds now) {
    return transaction.session().guarded(
        "dating revocations of tokens", [&](soci::session& sql) -> Result<bool> {
            const long long time = to_column(now);
            sql << "UPDATE token_revocation SET before = :now WHERE before > :now",
                soci::use(time, "now");
            return changed_rows(sql) > 0;
        });
}

Result<std::size_t> remove_ended_token_revocations(Transaction& transaction, Seconds now) {
    return transaction.session().guarded(
        "removing revocations of tokens", [&](soci::session& sql) -> Result<std::size_t> {
            const long long time = to_column(now);
            sql << "DELETE FROM token_revocation WHERE ends <= :now", soci::use(time, "now");
            return static_cast<std::size_t>(changed_rows(sql));
        });
}

}  // namespace rhumb::storage
