#include "base/text.h"
#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {
namespace {

/// All requests that `condition` chooses, which has the one parameter :wanted.
template <class Wanted>
std::vector<RequestRecord> select(soci::session& sql, const std::string& condition,
                                  const Wanted& wanted) {
    RequestRecord row;
    soci::blob key{sql};
    std::string names;
    long long id = 0;
    long long is_renewal = 0;
    long long created = 0;
    OptionalColumn answered;
    OptionalColumn certificate;
    soci::statement statement =
        (sql.prepare << "SELECT id, name, friendly_name, request_pem, key_digest, key_type,"
                        " sealed_key, names, is_renewal, created, created_by, answered, certificate"
                        " FROM request WHERE " +
                            condition,
         soci::into(id), soci::into(row.name), soci::into(row.friendly_name),
         soci::into(row.request_pem), soci::into(row.key_digest), soci::into(row.key_type),
         soci::into(key), soci::into(names), soci::into(is_renewal), soci::into(created),
         soci::into(row.created_by), soci::into(answered.value, answered.is),
         soci::into(certificate.value, certificate.is), soci::use(wanted, "wanted"));
    statement.execute();
    std::vector<RequestRecord> found;
    while (statement.fetch()) {
        row.id = id;
        row.sealed_key = bytes_of(key);
        row.names = lines_of(names);
        row.is_renewal = is_renewal != 0;
        row.created = to_seconds(created);
        row.answered = answered.to_time();
        row.certificate = certificate.to_id();
        found.push_back(row);
    }
    return found;
}

Error no_request(Id id) {
    return {ErrorKind::not_found, fmt::format("there is no request with the id {}", id)};
}

Error pending_already(const RequestRecord& other) {
    return {ErrorKind::conflict,
            fmt::format("a request called «{}» is pending: cancel that one, or choose another name",
                        other.name)};
}

}  // namespace

Result<std::vector<RequestRecord>> View::requests(bool with_answered) const {
    return session_.guarded(
        "reading the requests", [&](soci::session& sql) -> Result<std::vector<RequestRecord>> {
            const long long wanted = with_answered ? 1 : 0;
            return select(sql,
                          "answered IS NULL OR :wanted = 1"
                          " ORDER BY answered IS NOT NULL, answered DESC, name, id",
                          wanted);
        });
}

Result<std::optional<RequestRecord>> View::find_request(std::string_view name) const {
    return session_.guarded(
        "reading a request", [&](soci::session& sql) -> Result<std::optional<RequestRecord>> {
            const std::string wanted{name};
            auto found = select(sql, "answered IS NULL AND name = :wanted", wanted);
            if (found.empty()) return std::nullopt;
            return std::move(found.front());
        });
}

Result<RequestRecord> View::get_request(Id id) const {
    return session_.guarded("reading a request", [&](soci::session& sql) -> Result<RequestRecord> {
        const long long wanted = id;
        auto found = select(sql, "id = :wanted", wanted);
        if (found.empty()) return tl::unexpected(no_request(id));
        return std::move(found.front());
    });
}

Result<std::vector<RequestRecord>> View::requests_by_key(std::string_view key_digest) const {
    return session_.guarded(
        "looking for a request", [&](soci::session& sql) -> Result<std::vector<RequestRecord>> {
            const std::string wanted{key_digest};
            return select(sql, "key_digest = :wanted ORDER BY answered IS NOT NULL, id DESC",
                          wanted);
        });
}

Result<Id> Transaction::add_request(const RequestRecord& request) {
    TRY(const auto other, find_request(request.name));
    if (other) return tl::unexpected(pending_already(*other));
    return session_.guarded("adding a request", [&](soci::session& sql) -> Result<Id> {
        soci::blob key{sql};
        fill(key, request.sealed_key);
        const std::string names = text::join(request.names, "\n");
        const long long is_renewal = request.is_renewal ? 1 : 0;
        const long long created = to_column(request.created);
        OptionalColumn answered{request.answered};
        OptionalColumn certificate{request.certificate};
        sql << "INSERT INTO request (name, friendly_name, request_pem, key_digest, key_type, sealed_key,"
               " names, is_renewal, created, created_by, answered, certificate) VALUES (:name,"
               " :friendly_name, :request_pem, :key_digest, :key_type, :sealed_key, :names,"
               " :is_renewal, :created, :created_by, :answered, :certificate)",
            soci::use(request.name, "name"), soci::use(request.friendly_name, "friendly_name"),
            soci::use(request.request_pem, "request_pem"),
            soci::use(request.key_digest, "key_digest"), soci::use(request.key_type, "key_type"),
            soci::use(key, "sealed_key"), soci::use(names, "names"),
            soci::use(is_renewal, "is_renewal"), soci::use(created, "created"),
            soci::use(request.created_by, "created_by"),
            soci::use(answered.value, answered.is, "answered"),
            soci::use(certificate.value, certificate.is, "certificate");
        return last_id(sql);
    });
}

Result<void> Transaction::note_answer(Id request, std::optional<Seconds> answered,
                                      std::optional<Id> certificate) {
    if (!answered) {
        TRY(const auto record, get_request(request));
        TRY(const auto other, find_request(record.name));
        if (other && other->id != request) return tl::unexpected(pending_already(*other));
    }
    return session_.guarded("noting an answer", [&](soci::session& sql) -> Result<void> {
        const long long id = request;
        OptionalColumn time{answered};
        OptionalColumn answer{certificate};
        sql << "UPDATE request SET answered = :answered, certificate = :certificate WHERE id = :id",
            soci::use(time.value, time.is, "answered"),
            soci::use(answer.value, answer.is, "certificate"), soci::use(id, "id");
        if (changed_rows(sql) == 0) return tl::unexpected(no_request(request));
        return {};
    });
}

Result<void> Transaction::remove_request(Id id) {
    return session_.guarded("removing a request", [&](soci::session& sql) -> Result<void> {
        const long long wanted = id;
        sql << "DELETE FROM request WHERE id = :id", soci::use(wanted, "id");
        if (changed_rows(sql) == 0) return tl::unexpected(no_request(id));
        return {};
    });
}

}  // namespace rhumb::storage
