#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

Result<std::vector<Revision>> View::revisions(std::size_t count_max) const {
    return session_.guarded(
        "listing the revisions", [&](soci::session& sql) -> Result<std::vector<Revision>> {
            Revision row;
            long long number = 0;
            long long time = 0;
            const auto limit = static_cast<long long>(count_max);
            soci::statement statement =
                (sql.prepare
                     << "SELECT number, author, time, comment, digest FROM revision ORDER BY number DESC LIMIT :limit",
                 soci::into(number), soci::into(row.author), soci::into(time),
                 soci::into(row.comment), soci::into(row.digest), soci::use(limit, "limit"));
            statement.execute();
            std::vector<Revision> revisions;
            while (statement.fetch()) {
                row.number = number;
                row.time = to_seconds(time);
                revisions.push_back(row);
            }
            return revisions;
        });
}

namespace {

/// The revision that `where` chooses.
std::optional<Revision> find_revision(soci::session& sql, const std::string& where,
                                      long long wanted) {
    Revision row;
    long long number = 0;
    long long time = 0;
    sql << "SELECT number, author, time, comment, digest, text FROM revision " + where,
        soci::into(number), soci::into(row.author), soci::into(time), soci::into(row.comment),
        soci::into(row.digest), soci::into(row.text), soci::use(wanted, "wanted");
    if (!sql.got_data()) return {};
    row.number = number;
    row.time = to_seconds(time);
    return row;
}

}  // namespace

Result<Revision> View::get_revision(Id number) const {
    return session_.guarded("reading a revision", [&](soci::session& sql) -> Result<Revision> {
        if (auto found = find_revision(sql, "WHERE number = :wanted", number))
            return *std::move(found);
        return fail(
            ErrorKind::not_found,
            "there is no revision {} of the configuration: `rhumb config history` lists them",
            number);
    });
}

Result<std::optional<Revision>> View::find_latest_revision() const {
    return session_.guarded(
        "reading the latest revision", [&](soci::session& sql) -> Result<std::optional<Revision>> {
            return find_revision(sql, "WHERE number >= :wanted ORDER BY number DESC LIMIT 1", 0);
        });
}

Result<Id> Transaction::add_revision(const Revision& revision) {
    return session_.guarded("adding a revision", [&](soci::session& sql) -> Result<Id> {
        long long number = 0;
        sql << "SELECT coalesce(max(number), 0) + 1 FROM revision", soci::into(number);
        const long long time = to_column(revision.time);
        sql << "INSERT INTO revision (number, author, time, comment, digest, text)"
               " VALUES (:number, :author, :time, :comment, :digest, :text)",
            soci::use(number, "number"), soci::use(revision.author, "author"),
            soci::use(time, "time"), soci::use(revision.comment, "comment"),
            soci::use(revision.digest, "digest"), soci::use(revision.text, "text");
        return number;
    });
}

}  // namespace rhumb::storage
