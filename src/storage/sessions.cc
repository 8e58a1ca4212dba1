#include "storage/sessions.h"

#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

Result<std::vector<SessionRecord>> sessions(const View& view) {
    return view.session().guarded(
        "reading the sessions", [](soci::session& sql) -> Result<std::vector<SessionRecord>> {
            SessionRecord row;
            long long created = 0;
            long long last_used = 0;
            soci::statement statement =
                (sql.prepare << "SELECT id, secret, user, created, last_used, address, agent"
                                " FROM session ORDER BY last_used DESC, created DESC, id",
                 soci::into(row.id), soci::into(row.secret), soci::into(row.user),
                 soci::into(created), soci::into(last_used), soci::into(row.address),
                 soci::into(row.agent));
            statement.execute();
            std::vector<SessionRecord> found;
            while (statement.fetch()) {
                row.created = to_seconds(created);
                row.last_used = to_seconds(last_used);
                found.push_back(row);
            }
            return found;
        });
}

Result<void> add_session(Transaction& transaction, const SessionRecord& session) {
    return transaction.session().guarded(
        "adding a session", [&](soci::session& sql) -> Result<void> {
            const long long created = to_column(session.created);
            const long long last_used = to_column(session.last_used);
            sql << "INSERT OR IGNORE INTO session (id, secret, user, created, last_used, address,"
                   " agent) VALUES (:id, :secret, :user, :created, :last_used, :address, :agent)",
                soci::use(session.id, "id"), soci::use(session.secret, "secret"),
                soci::use(session.user, "user"), soci::use(created, "created"),
                soci::use(last_used, "last_used"), soci::use(session.address, "address"),
                soci::use(session.agent, "agent");
            if (changed_rows(sql) == 0)
                return fail(ErrorKind::conflict, "there is a session {} already", session.id);
            return {};
        });
}

Result<void> note_session_use(Transaction& transaction, std::string_view id, Seconds when) {
    return transaction.session().guarded(
        "noting the use of a session", [&](soci::session& sql) -> Result<void> {
            const std::string wanted{id};
            const long long last_used = to_column(when);
            sql << "UPDATE session SET last_used = :used WHERE id = :id AND last_used < :used",
                soci::use(last_used, "used"), soci::use(wanted, "id");
            return {};
        });
}

Result<bool> remove_session(Transaction& transaction, std::string_view id) {
    return transaction.session().guarded(
        "ending a session", [&](soci::session& sql) -> Result<bool> {
            const std::string wanted{id};
            sql << "DELETE FROM session WHERE id = :id", soci::use(wanted, "id");
            return changed_rows(sql) > 0;
        });
}

Result<std::size_t> remove_sessions_of(Transaction& transaction, std::string_view user) {
    return transaction.session().guarded(
        "ending the sessions of a user", [&](soci::session& sql) -> Result<std::size_t> {
            const std::string wanted{user};
            sql << "DELETE FROM session WHERE user = :user", soci::use(wanted, "user");
            return static_cast<std::size_t>(changed_rows(sql));
        });
}

}  // namespace rhumb::storage
