#include "manager/problem.h"

namespace rhumb::manager {

namespace {

std::string_view type_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid: return "rhumb:invalid";
        case ErrorKind::denied: return "rhumb:denied";
        case ErrorKind::not_found: return "rhumb:not-found";
        case ErrorKind::conflict: return "rhumb:conflict";
        case ErrorKind::too_large: return "rhumb:too-large";
        case ErrorKind::unavailable: return "rhumb:unavailable";
        case ErrorKind::internal: return "rhumb:internal";
    }
    return "about:blank";
}

std::string_view remedy_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid: return "Correct what the detail names, and send it again.";
        case ErrorKind::denied: return "Ask somebody who may, or do it where the detail says.";
        case ErrorKind::not_found: return "List what there is, and use a name from there.";
        case ErrorKind::conflict: return "Look at what is there now, then decide again.";
        case ErrorKind::too_large: return "Send less at a time.";
        case ErrorKind::unavailable: return "Try again in a moment.";
        case ErrorKind::internal: return "Look into the server's log; the reason stands there.";
    }
    return {};
}

}  // namespace

Problem to_problem(const Error& error) {
    return {
        .status = http::to_status(error.kind),
        .type = std::string{type_of(error.kind)},
        .detail = error.kind == ErrorKind::internal ? "The server could not do it." : error.message,
        .remedy = std::string{remedy_of(error.kind)}};
}

Json to_json(const Problem& problem) {
    Json json{{"type", problem.type},
              {"title", problem.title.empty() ? std::string{http::reason_phrase(problem.status)}
                                              : problem.title},
              {"status", problem.status},
              {"detail", problem.detail}};
    for (const auto& [name, value] :
         {std::pair{"thing", &problem.thing}, {"step", &problem.step}, {"remedy", &problem.remedy}})
        if (!value->empty()) json[name] = *value;
    if (!problem.faults.is_null()) json["faults"] = problem.faults;
    return json;
}

http::Response to_response(const Problem& problem) {
    auto response = http::text_response(
        problem.status, "application/problem+json",
        to_json(problem).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
    response.headers.set("cache-control", "no-store");
    if (problem.status == 401) response.headers.set("www-authenticate", "Bearer realm=\"Rhumb\"");
    if (problem.status == 503) response.headers.set("retry-after", "2");
    return response;
}

Json problem_schema() {
    return object(
        "What could not be done, and why (RFC 9457).",
        {{"type", text("Which kind of problem, the same for every one of its kind."), true},
         {"title", text("The kind in a few words."), true},
         {"status", count("The status of the answer.", 400, 599), true},
         {"detail", text("What happened, for a person.", 100'000), true},
         {"thing", text("What it was about.", 2'000)},
         {"step", text("What was being done.")},
         {"remedy", text("What to do now.", 2'000)},
         {"faults", list("Faults of a text that was sent.",
                         object("", {{"line", count("From 1; 0: of the whole."), true},
                                     {"column", count("From 1; 0: of the whole."), true},
                                     {"message", text("What is wrong there.", 10'000), true},
                                     {"severity", word("", {"error", "warning"}), true}}))}});
}

}  // namespace rhumb::manager
