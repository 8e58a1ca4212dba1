#include <array>

#include "base/text.h"
#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {
namespace {

/// In the order of Origin.
constexpr std::array<const char*, 5> origin_words = {"local-authority", "self-signed", "import",
                                                     "request", "acme"};

Origin origin_of(const std::string& word) {
    std::size_t index = 0;
    while (index + 1 < origin_words.size() && word != origin_words[index]) ++index;
    return static_cast<Origin>(index);
}

/// A row of the table as SOCI fills it.
class Row {
public:
    explicit Row(soci::session& sql) : key_{sql} {}

    /// All certificates that `condition` chooses, which has the one parameter :wanted.
    template <class Wanted>
    static std::vector<CertificateRecord> select(soci::session& sql, const std::string& condition,
                                                 const Wanted& wanted) {
        Row row{sql};
        auto& record = row.record_;
        soci::statement statement =
            (sql.prepare
                 << "SELECT id, name, origin, chain_pem, sealed_key, not_before, not_after, names, created,"
                    " archived, replaced_by, renewal_next_attempt, renewal_failures, renewal_last_error,"
                    " friendly_name FROM certificate WHERE " +
                        condition,
             soci::into(row.id_), soci::into(record.name), soci::into(row.origin_),
             soci::into(record.chain_pem), soci::into(row.key_), soci::into(row.not_before_),
             soci::into(row.not_after_), soci::into(row.names_), soci::into(row.created_),
             soci::into(row.archived_.value, row.archived_.is),
             soci::into(row.replaced_by_.value, row.replaced_by_.is),
             soci::into(row.next_attempt_.value, row.next_attempt_.is), soci::into(row.failures_),
             soci::into(record.renewal.last_error), soci::into(record.friendly_name),
             soci::use(wanted, "wanted"));
        statement.execute();
        std::vector<CertificateRecord> found;
        while (statement.fetch()) found.push_back(row.to_record());
        return found;
    }

private:
    CertificateRecord to_record() {
        record_.id = id_;
        record_.origin = origin_of(origin_);
        record_.sealed_key = bytes_of(key_);
        record_.not_before = to_seconds(not_before_);
        record_.not_after = to_seconds(not_after_);
        record_.names = lines_of(names_);
        record_.created = to_seconds(created_);
        record_.archived = archived_.to_time();
        record_.replaced_by = replaced_by_.to_id();
        record_.renewal.next_attempt = next_attempt_.to_time();
        record_.renewal.failures = static_cast<std::uint32_t>(failures_);
        return record_;
    }

    CertificateRecord record_;
    std::string origin_;
    std::string names_;
    soci::blob key_;
    long long id_ = 0;
    long long not_before_ = 0;
    long long not_after_ = 0;
    long long created_ = 0;
    long long failures_ = 0;
    OptionalColumn archived_;
    OptionalColumn replaced_by_;
    OptionalColumn next_attempt_;
};

Error no_certificate(Id id) {
    return {ErrorKind::not_found, fmt::format("there is no certificate with the id {}", id)};
}

}  // namespace

Result<std::vector<CertificateRecord>> View::certificates(bool with_archived) const {
    return session_.guarded(
        "reading the certificates",
        [&](soci::session& sql) -> Result<std::vector<CertificateRecord>> {
            const long long archived = with_archived ? 1 : 0;
            return Row::select(
                sql,
                "archived IS NULL OR :wanted = 1 ORDER BY archived IS NOT NULL, archived DESC, name, id",
                archived);
        });
}

Result<std::optional<CertificateRecord>> View::find_certificate(std::string_view name) const {
    return session_.guarded("reading a certificate",
                            [&](soci::session& sql) -> Result<std::optional<CertificateRecord>> {
                                const std::string wanted{name};
                                auto found =
                                    Row::select(sql, "archived IS NULL AND name = :wanted", wanted);
                                if (found.empty()) return std::nullopt;
                                return std::move(found.front());
                            });
}

Result<CertificateRecord> View::get_certificate(Id id) const {
    return session_.guarded("reading a certificate",
                            [&](soci::session& sql) -> Result<CertificateRecord> {
                                const long long wanted = id;
                                auto found = Row::select(sql, "id = :wanted", wanted);
                                if (found.empty()) return tl::unexpected(no_certificate(id));
                                return std::move(found.front());
                            });
}

Result<Id> Transaction::add_certificate(const CertificateRecord& certificate) {
    if (!certificate.archived) {
        TRY(const auto other, find_certificate(certificate.name));
        if (other) {
            return fail(
                ErrorKind::conflict,
                "a certificate called «{}» is in use: choose another name, or replace that one",
                other->name);
        }
    }
    return session_.guarded("adding a certificate", [&](soci::session& sql) -> Result<Id> {
        const std::string origin = origin_words.at(static_cast<std::size_t>(certificate.origin));
        const std::string names = text::join(certificate.names, "\n");
        const long long not_before = to_column(certificate.not_before);
        const long long not_after = to_column(certificate.not_after);
        const long long created = to_column(certificate.created);
        const long long failures = certificate.renewal.failures;
        OptionalColumn archived{certificate.archived};
        OptionalColumn replaced_by{certificate.replaced_by};
        OptionalColumn next_attempt{certificate.renewal.next_attempt};
        soci::blob key{sql};
        fill(key, certificate.sealed_key);
        sql << "INSERT INTO certificate (name, origin, chain_pem, sealed_key, not_before, not_after, names, created,"
               " archived, replaced_by, renewal_next_attempt, renewal_failures, renewal_last_error, friendly_name) VALUES (:name, :origin,"
               " :chain_pem, :sealed_key, :not_before, :not_after, :names, :created, :archived, :replaced_by,"
               " :next_attempt, :failures, :last_error, :friendly_name)",
            soci::use(certificate.name, "name"), soci::use(origin, "origin"),
            soci::use(certificate.chain_pem, "chain_pem"), soci::use(key, "sealed_key"),
            soci::use(not_before, "not_before"), soci::use(not_after, "not_after"),
            soci::use(names, "names"), soci::use(created, "created"),
            soci::use(archived.value, archived.is, "archived"),
            soci::use(replaced_by.value, replaced_by.is, "replaced_by"),
            soci::use(next_attempt.value, next_attempt.is, "next_attempt"),
            soci::use(failures, "failures"),
            soci::use(certificate.renewal.last_error, "last_error"),
            soci::use(certificate.friendly_name, "friendly_name");
        return last_id(sql);
    });
}

Result<Id> Transaction::replace_certificate(Id old_id, const CertificateRecord& next,
                                            Seconds when) {
    TRY_DONE(archive_certificate(old_id, when));
    TRY(const Id next_id, add_certificate(next));
    return session_.guarded("replacing a certificate", [&](soci::session& sql) -> Result<Id> {
        const long long old_row = old_id;
        const long long next_row = next_id;
        sql << "UPDATE certificate SET replaced_by = :next WHERE id = :old",
            soci::use(next_row, "next"), soci::use(old_row, "old");
        return next_id;
    });
}

Result<void> Transaction::update_renewal(Id certificate, const Renewal& renewal) {
    return session_.guarded("noting a renewal", [&](soci::session& sql) -> Result<void> {
        const long long id = certificate;
        const long long failures = renewal.failures;
        OptionalColumn next_attempt{renewal.next_attempt};
        sql << "UPDATE certificate SET renewal_next_attempt = :next_attempt, renewal_failures = :failures,"
               " renewal_last_error = :last_error WHERE id = :id",
            soci::use(next_attempt.value, next_attempt.is, "next_attempt"),
            soci::use(failures, "failures"), soci::use(renewal.last_error, "last_error"),
            soci::use(id, "id");
        if (changed_rows(sql) == 0) return tl::unexpected(no_certificate(certificate));
        return {};
    });
}

Result<void> Transaction::archive_certificate(Id id, Seconds when) {
    TRY(const auto certificate, get_certificate(id));
    if (certificate.archived) {
        return fail(ErrorKind::conflict, "the certificate «{}» with the id {} is archived already",
                    certificate.name, id);
    }
    return session_.guarded("archiving a certificate", [&](soci::session& sql) -> Result<void> {
        const long long wanted = id;
        const long long time = to_column(when);
        sql << "UPDATE certificate SET archived = :time WHERE id = :id", soci::use(time, "time"),
            soci::use(wanted, "id");
        return {};
    });
}

Result<void> Transaction::restore_certificate(Id id) {
    TRY(const auto certificate, get_certificate(id));
    TRY(const auto other, find_certificate(certificate.name));
    if (other) {
        return fail(ErrorKind::conflict,
                    "a certificate called «{}» is in use (id {}): remove that one first",
                    other->name, other->id);
    }
    return session_.guarded("restoring a certificate", [&](soci::session& sql) -> Result<void> {
        const long long wanted = id;
        sql << "UPDATE certificate SET archived = NULL, replaced_by = NULL WHERE id = :id",
            soci::use(wanted, "id");
        return {};
    });
}

Result<void> Transaction::purge_certificate(Id id) {
    TRY(const auto certificate, get_certificate(id));
    if (!certificate.archived) {
        return fail(ErrorKind::conflict,
                    "the certificate «{}» is in use: remove it before you purge it",
                    certificate.name);
    }
    return session_.guarded("purging a certificate", [&](soci::session& sql) -> Result<void> {
        const long long wanted = id;
        sql << "DELETE FROM certificate WHERE id = :id", soci::use(wanted, "id");
        return {};
    });
}

}  // namespace rhumb::storage
