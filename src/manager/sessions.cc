/// Sessions: who is signed in with a browser.

#include "manager/facts.h"
#include "manager/resources.h"

namespace rhumb::manager {

namespace {

/// Not the form secret: that is the session's own.
Json to_json(const identity::Session& session) {
    return {{"id", session.id},
            {"user", session.user},
            {"created", to_iso(session.created)},
            {"last_used", to_iso(session.last_used)},
            {"address", session.address},
            {"agent", session.agent}};
}

Answer page(std::vector<identity::Session> sessions, const Call& call) {
    // By id, which never changes: a page stays where it was while people come and go.
    std::ranges::sort(sessions, {}, &identity::Session::id);
    return page_of(
        sessions, call, [](const auto& session) { return session.id; },
        [](const auto& session) { return to_json(session); });
}

Result<Answer> list_all(const Call& call) {
    return page(call.parts.access.sessions.list(call.asked("user")), call);
}

Result<Answer> list_of_user(const Call& call) {
    return page(call.parts.access.sessions.list(call.at("name")), call);
}

Result<Answer> end(const Call& call) {
    TRY_DONE(call.parts.access.sessions.end(call.at("id"), call.actor));
    return Answer{};
}

Result<Answer> end_all_of_user(const Call& call) {
    TRY(const auto ended, call.parts.access.sessions.end_all_of(call.at("name"), call.actor));
    return Answer{.body = {{"ended", ended}}};
}

}  // namespace

void add_sessions(Table& table) {
    using http::Method;
    table.define("Session", facts("Somebody who is signed in with a browser.",
                                  {{"id", text("Names it without being it.", 32)},
                                   {"user", text("")},
                                   {"created", moment("")},
                                   {"last_used", moment("")},
                                   {"address", text("Where the sign-in came from.")},
                                   {"agent", text("What the browser called itself.")}}));
    table.define_list("Sessions", "Session");
    table.define("EndedSessions", facts("", {{"ended", count("How many there were.")}}));
    table.add({.method = Method::get,
               .path = "/sessions",
               .id = "listSessions",
               .summary = "List sessions",
               .step = "listing sessions",
               .query = {{"user", text("Of this user alone.", 128)}},
               .answer = "Sessions",
               .is_listed = true,
               .act = list_all});
    table.add({.method = Method::delete_,
               .path = "/sessions/{id}",
               .id = "endSession",
               .summary = "End a session",
               .step = "ending a session",
               .success = 204,
               .act = end});
    table.add({.method = Method::get,
               .path = "/users/{name}/sessions",
               .id = "listSessionsOfUser",
               .summary = "List the sessions of a user",
               .step = "listing sessions",
               .answer = "Sessions",
               .is_listed = true,
               .act = list_of_user});
    table.add({.method = Method::delete_,
               .path = "/users/{name}/sessions",
               .id = "endSessionsOfUser",
               .summary = "End all sessions of a user",
               .step = "ending sessions",
               .answer = "EndedSessions",
               .act = end_all_of_user});
}

}  // namespace rhumb::manager
