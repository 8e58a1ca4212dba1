#include <limits>

#include "storage/audit.h"
#include "storage/audit_chain.h"
#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

namespace {

/// The condition of a filter; each part of it stands alone, so that SQLite may use its indexes.
std::string condition_of(const EventFilter& filter) {
    std::string condition = "id < :before";
    if (filter.since) condition += " AND time >= :since";
    if (filter.until) condition += " AND time < :until";
    if (!filter.who.empty()) condition += " AND who = :who COLLATE NOCASE";
    if (!filter.from.empty()) condition += " AND from_where = :from_where";
    if (!filter.what.empty())
        condition += " AND (what = :what OR substr(what, 1, length(:what) + 1) = :what || '.')";
    if (!filter.subject.empty()) condition += " AND subject = :subject COLLATE NOCASE";
    return condition;
}

/// A statement over events, with a place for each column.
class Rows {
public:
    explicit Rows(soci::session& sql) : statement_{sql} {
        statement_.exchange(soci::into(id_));
        statement_.exchange(soci::into(time_));
        statement_.exchange(soci::into(row_.who));
        statement_.exchange(soci::into(row_.from));
        statement_.exchange(soci::into(row_.what));
        statement_.exchange(soci::into(row_.subject));
        statement_.exchange(soci::into(row_.detail));
        statement_.exchange(soci::into(row_.chain));
    }

    template <class Value>
    void use(Value& value, const char* name) {
        statement_.exchange(soci::use(value, name));
    }

    std::vector<Event> fetch(const std::string& condition) {
        statement_.alloc();
        statement_.prepare(
            "SELECT id, time, who, from_where, what, subject, detail, coalesce(chain, '')"
            " FROM event LEFT JOIN event_chain ON event = id WHERE " +
            condition);
        statement_.define_and_bind();
        statement_.execute();
        std::vector<Event> events;
        while (statement_.fetch()) {
            row_.id = id_;
            row_.time = to_seconds(time_);
            events.push_back(row_);
        }
        return events;
    }

private:
    soci::statement statement_;
    Event row_;
    long long id_ = 0;
    long long time_ = 0;
};

}  // namespace

Result<std::vector<Event>> events(const View& view, const EventFilter& filter) {
    return view.session().guarded(
        "reading the audit trail", [&](soci::session& sql) -> Result<std::vector<Event>> {
            Rows rows{sql};
            long long before = filter.before.value_or(std::numeric_limits<Id>::max());
            long long limit = static_cast<long long>(filter.count_max);
            long long since = filter.since ? to_column(*filter.since) : 0;
            long long until = filter.until ? to_column(*filter.until) : 0;
            auto wanted = filter;
            rows.use(before, "before");
            if (filter.since) rows.use(since, "since");
            if (filter.until) rows.use(until, "until");
            if (!filter.who.empty()) rows.use(wanted.who, "who");
            if (!filter.from.empty()) rows.use(wanted.from, "from_where");
            if (!filter.what.empty()) rows.use(wanted.what, "what");
            if (!filter.subject.empty()) rows.use(wanted.subject, "subject");
            rows.use(limit, "limit");
            return rows.fetch(condition_of(filter) + " ORDER BY id DESC LIMIT :limit");
        });
}

Result<std::vector<Event>> events_after(const View& view, Id after, std::size_t count_max) {
    return view.session().guarded("reading the audit trail",
                                  [&](soci::session& sql) -> Result<std::vector<Event>> {
                                      Rows rows{sql};
                                      long long bound = after;
                                      long long limit = static_cast<long long>(count_max);
                                      rows.use(bound, "after");
                                      rows.use(limit, "limit");
                                      return rows.fetch("id > :after ORDER BY id LIMIT :limit");
                                  });
}

Result<std::vector<Event>> View::events(std::size_t count_max, std::optional<Id> before) const {
    return storage::events(*this, {.before = before, .count_max = count_max});
}

Result<Id> Transaction::add_event(const Event& event) {
    return session_.guarded("adding to the audit trail", [&](soci::session& sql) -> Result<Id> {
        auto next = cleaned(event);
        long long id = 0;
        sql << "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'event'",
            soci::into(id);
        std::string previous;
        soci::indicator is = soci::i_null;
        sql << "SELECT chain FROM event_chain ORDER BY event DESC LIMIT 1",
            soci::into(previous, is);
        next.id = id;
        TRY(next.chain, chain_of(previous, next));
        const long long time = to_column(next.time);
        sql << "INSERT INTO event (id, time, who, from_where, what, subject, detail)"
               " VALUES (:id, :time, :who, :from_where, :what, :subject, :detail)",
            soci::use(id, "id"), soci::use(time, "time"), soci::use(next.who, "who"),
            soci::use(next.from, "from_where"), soci::use(next.what, "what"),
            soci::use(next.subject, "subject"), soci::use(next.detail, "detail");
        sql << "INSERT INTO event_chain (event, chain) VALUES (:event, :chain)",
            soci::use(id, "event"), soci::use(next.chain, "chain");
        session_.note_event();
        return next.id;
    });
}

}  // namespace rhumb::storage
