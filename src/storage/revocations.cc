#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {
namespace {

/// Those of this signer, or with this serial, or all, where they are "".
std::vector<RevocationRecord> select(soci::session& sql, const std::string& signer,
                                     const std::string& serial) {
    RevocationRecord row;
    long long id = 0;
    long long time = 0;
    long long not_after = 0;
    soci::statement statement =
        (sql.prepare << "SELECT id, signer, serial, time, reason, name, not_after FROM revocation"
                        " WHERE (:signer = '' OR signer = :signer)"
                        " AND (:serial = '' OR serial = :serial) ORDER BY id",
         soci::into(id), soci::into(row.signer), soci::into(row.serial), soci::into(time),
         soci::into(row.reason), soci::into(row.name), soci::into(not_after),
         soci::use(signer, "signer"), soci::use(serial, "serial"));
    statement.execute();
    std::vector<RevocationRecord> found;
    while (statement.fetch()) {
        row.id = id;
        row.time = to_seconds(time);
        row.not_after = to_seconds(not_after);
        found.push_back(row);
    }
    return found;
}

}  // namespace

Result<std::vector<RevocationRecord>> View::revocations() const {
    return session_.guarded("reading the revocations",
                            [&](soci::session& sql) -> Result<std::vector<RevocationRecord>> {
                                return select(sql, "", "");
                            });
}

Result<std::optional<RevocationRecord>> View::find_revocation(std::string_view signer,
                                                              std::string_view serial) const {
    return session_.guarded("reading a revocation",
                            [&](soci::session& sql) -> Result<std::optional<RevocationRecord>> {
                                auto found = select(sql, std::string{signer}, std::string{serial});
                                if (found.empty()) return std::nullopt;
                                return std::move(found.front());
                            });
}

Result<Id> Transaction::add_revocation(const RevocationRecord& revocation) {
    TRY(const auto other, find_revocation(revocation.signer, revocation.serial));
    if (other)
        return fail(ErrorKind::conflict, "the certificate «{}» is revoked already ({})",
                    revocation.name, other->reason);
    return session_.guarded("adding a revocation", [&](soci::session& sql) -> Result<Id> {
        const long long time = to_column(revocation.time);
        const long long not_after = to_column(revocation.not_after);
        sql << "INSERT INTO revocation (signer, serial, time, reason, name, not_after)"
               " VALUES (:signer, :serial, :time, :reason, :name, :not_after)",
            soci::use(revocation.signer, "signer"), soci::use(revocation.serial, "serial"),
            soci::use(time, "time"), soci::use(revocation.reason, "reason"),
            soci::use(revocation.name, "name"), soci::use(not_after, "not_after");
        return last_id(sql);
    });
}

Result<std::vector<CrlRecord>> View::crls() const {
    return session_.guarded(
        "reading the revocation lists", [&](soci::session& sql) -> Result<std::vector<CrlRecord>> {
            CrlRecord row;
            long long number = 0;
            long long this_update = 0;
            long long next_update = 0;
            soci::blob der{sql};
            soci::statement statement =
                (sql.prepare << "SELECT signer, number, this_update, next_update, der FROM crl"
                                " ORDER BY signer",
                 soci::into(row.signer), soci::into(number), soci::into(this_update),
                 soci::into(next_update), soci::into(der));
            statement.execute();
            std::vector<CrlRecord> found;
            while (statement.fetch()) {
                row.number = static_cast<std::uint64_t>(number);
                row.this_update = to_seconds(this_update);
                row.next_update = to_seconds(next_update);
                row.der = bytes_of(der);
                found.push_back(row);
            }
            return found;
        });
}

Result<void> Transaction::put_crl(const CrlRecord& crl) {
    return session_.guarded("keeping a revocation list", [&](soci::session& sql) -> Result<void> {
        const auto number = static_cast<long long>(crl.number);
        const long long this_update = to_column(crl.this_update);
        const long long next_update = to_column(crl.next_update);
        soci::blob der{sql};
        fill(der, crl.der);
        sql << "INSERT INTO crl (signer, number, this_update, next_update, der)"
               " VALUES (:signer, :number, :this_update, :next_update, :der)"
               " ON CONFLICT (signer) DO UPDATE SET number = excluded.number,"
               " this_update = excluded.this_update, next_update = excluded.next_update,"
               " der = excluded.der WHERE excluded.number > crl.number",
            soci::use(crl.signer, "signer"), soci::use(number, "number"),
            soci::use(this_update, "this_update"), soci::use(next_update, "next_update"),
            soci::use(der, "der");
        if (changed_rows(sql) == 0)
            return fail(ErrorKind::conflict,
                        "a revocation list with the number {} or a higher one is there already",
                        number);
        return {};
    });
}

Result<std::vector<ClientCertificateRecord>> View::client_certificates() const {
    return session_.guarded(
        "reading the certificates of clients",
        [&](soci::session& sql) -> Result<std::vector<ClientCertificateRecord>> {
            ClientCertificateRecord row;
            long long id = 0;
            long long not_before = 0;
            long long not_after = 0;
            long long created = 0;
            soci::blob key{sql};
            soci::indicator has_key = soci::i_null;
            soci::statement statement =
                (sql.prepare << "SELECT id, user, chain_pem, signer, serial, sealed_key,"
                                " not_before, not_after, created FROM client_certificate"
                                " ORDER BY id DESC",
                 soci::into(id), soci::into(row.user), soci::into(row.chain_pem),
                 soci::into(row.signer), soci::into(row.serial), soci::into(key, has_key),
                 soci::into(not_before), soci::into(not_after), soci::into(created));
            statement.execute();
            std::vector<ClientCertificateRecord> found;
            while (statement.fetch()) {
                row.id = id;
                row.sealed_key.reset();
                if (has_key == soci::i_ok) row.sealed_key = bytes_of(key);
                row.not_before = to_seconds(not_before);
                row.not_after = to_seconds(not_after);
                row.created = to_seconds(created);
                found.push_back(row);
            }
            return found;
        });
}

Result<Id> Transaction::add_client_certificate(const ClientCertificateRecord& certificate) {
    return session_.guarded("adding a client's certificate", [&](soci::session& sql) -> Result<Id> {
        const long long not_before = to_column(certificate.not_before);
        const long long not_after = to_column(certificate.not_after);
        const long long created = to_column(certificate.created);
        soci::blob key{sql};
        fill(key, certificate.sealed_key.value_or(""));
        soci::indicator has_key = certificate.sealed_key ? soci::i_ok : soci::i_null;
        sql << "INSERT INTO client_certificate (user, chain_pem, signer, serial, sealed_key,"
               " not_before, not_after, created) VALUES (:user, :chain_pem, :signer, :serial,"
               " :key, :not_before, :not_after, :created)",
            soci::use(certificate.user, "user"), soci::use(certificate.chain_pem, "chain_pem"),
            soci::use(certificate.signer, "signer"), soci::use(certificate.serial, "serial"),
            soci::use(key, has_key, "key"), soci::use(not_before, "not_before"),
            soci::use(not_after, "not_after"), soci::use(created, "created");
        return last_id(sql);
    });
}

}  // namespace rhumb::storage
