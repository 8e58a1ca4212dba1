#include <limits>

#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

Result<std::vector<Event>> View::events(std::size_t count_max, std::optional<Id> before) const {
    return session_.guarded(
        "reading the audit trail", [&](soci::session& sql) -> Result<std::vector<Event>> {
            Event row;
            long long id = 0;
            long long time = 0;
            const long long bound = before.value_or(std::numeric_limits<Id>::max());
            const auto limit = static_cast<long long>(count_max);
            soci::statement statement =
                (sql.prepare << "SELECT id, time, who, from_where, what, subject, detail FROM event"
                                " WHERE id < :bound ORDER BY id DESC LIMIT :limit",
                 soci::into(id), soci::into(time), soci::into(row.who), soci::into(row.from),
                 soci::into(row.what), soci::into(row.subject), soci::into(row.detail),
                 soci::use(bound, "bound"), soci::use(limit, "limit"));
            statement.execute();
            std::vector<Event> events;
            while (statement.fetch()) {
                row.id = id;
                row.time = to_seconds(time);
                events.push_back(row);
            }
            return events;
        });
}

Result<Id> Transaction::add_event(const Event& event) {
    return session_.guarded("adding to the audit trail", [&](soci::session& sql) -> Result<Id> {
        const long long time = to_column(event.time);
        sql << "INSERT INTO event (time, who, from_where, what, subject, detail)"
               " VALUES (:time, :who, :from_where, :what, :subject, :detail)",
            soci::use(time, "time"), soci::use(event.who, "who"),
            soci::use(event.from, "from_where"), soci::use(event.what, "what"),
            soci::use(event.subject, "subject"), soci::use(event.detail, "detail");
        return last_id(sql);
    });
}

}  // namespace rhumb::storage
