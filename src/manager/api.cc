#include "manager/api.h"

#include <algorithm>
#include <mutex>

#include "base/text.h"
#include "crypto/hash.h"
#include "http/conditional.h"
#include "identity/user.h"
#include "manager/call_reading.h"
#include "manager/openapi.h"
#include "manager/places.h"
#include "manager/router.h"

namespace rhumb::manager {

namespace {

constexpr std::size_t etag_size = 16;

/// Names a state: what GET shows of it.
Result<std::string> etag_of(const Json& body) {
    TRY(auto digest, crypto::sha256(body.dump(-1, ' ', false, Json::error_handler_t::replace)));
    digest.resize(etag_size);
    return fmt::format("\"{}\"", text::to_hex(digest));
}

Problem not_over_https() {
    return {.status = 403,
            .type = "rhumb:ssl-required",
            .detail = "The administration API answers over HTTPS only.",
            .step = "asking over http",
            .remedy = "Use the https address of this server."};
}

Problem no_such_path(std::string_view path) {
    return {.status = 404,
            .type = "rhumb:not-found",
            .detail = fmt::format("There is nothing at «{}».", path),
            .remedy = "The document /openapi.json lists all paths."};
}

Problem wrong_method(std::string_view method, const std::vector<std::string>& allowed) {
    return {.status = 405,
            .type = "rhumb:method",
            .detail = fmt::format("{} means nothing here.", method),
            .remedy = fmt::format("It takes {}.", text::join(allowed, ", "))};
}

Problem nobody() {
    return {.status = 401,
            .type = "rhumb:unauthenticated",
            .detail = "This needs to know who asks.",
            .remedy =
                "Send a token (Authorization: Bearer …), or sign in; changes that come with a "
                "session's cookie need its form secret in X-Rhumb-Form."};
}

Problem not_enough(const http::Caller& caller, const Route& route) {
    return {
        .status = 403,
        .type = "rhumb:privilege",
        .detail = fmt::format("«{}» may {} here, and this needs the privilege «{}».", caller.user,
                              identity::to_text(caller.privilege), identity::to_text(route.needs)),
        .step = route.step,
        .remedy = "Have somebody who may administer give you a role with that privilege."};
}

Problem no_json() {
    return {.status = 415,
            .type = "rhumb:media-type",
            .detail = "What is sent here is JSON.",
            .remedy = "Send it as application/json."};
}

Problem needs_state(const Route& route) {
    return {
        .status = 428,
        .type = "rhumb:precondition-required",
        .title = "Precondition Required",
        .detail = "Say which state you change: somebody else may have changed it since you looked.",
        .step = route.step,
        .remedy = "Send the ETag of your GET in If-Match."};
}

Problem other_state(const Route& route) {
    return {.status = 412,
            .type = "rhumb:precondition",
            .detail = "It has changed since you looked at it, and nothing was done.",
            .step = route.step,
            .remedy = "Get it anew, decide again, and send the new ETag in If-Match."};
}

/// "users/ann", for a problem.
std::string thing_of(std::string_view path) {
    return std::string{path.starts_with('/') ? path.substr(1) : path};
}

/// One change at a time of what is changed by its state. A place outside that hangs holds up nobody
/// who changes what is here.
std::mutex& changing(bool is_outside) {
    static std::mutex here;
    static std::mutex outside;
    return is_outside ? outside : here;
}

/// GET of the same path, or of the one that the route says.
const Route* looking_at(const Table& table, const Route& route) {
    const auto& path = route.state_of.empty() ? route.path : route.state_of;
    for (const auto& other : table.routes())
        if (other.method == http::Method::get && other.path == path) return &other;
    return nullptr;
}

/// What If-Match says against what is there; nothing when it may go on.
Result<std::optional<Problem>> judge_state(const Table& table, const Route& route, const Call& call,
                                           const std::string& if_match) {
    const auto* const looking = looking_at(table, route);
    if (looking == nullptr || if_match.empty() || if_match == "*") return std::nullopt;
    Call look = call;
    look.body = nullptr;
    TRY(const auto seen, looking->act(look));
    TRY(const auto etag, etag_of(seen.body));
    if (http::etag_in_list(if_match, etag, false)) return std::nullopt;
    return other_state(route);
}

bool asks_outside(const Route& route, const Call& call) {
    const auto is_store = [](const Parameter& parameter) { return parameter.name == "store"; };
    return std::ranges::any_of(route.query, is_store) && is_outside(call);
}

/// On a thread of a pool.
Result<Answer> act(const Table& table, const Route& route, const Call& call,
                   const std::string& if_match) {
    const bool is_conditional = route.method != http::Method::get && !if_match.empty();
    if (!is_conditional) return route.act(call);
    const bool takes_long = asks_outside(route, call) || !route.state_of.empty();
    const std::lock_guard lock{changing(takes_long)};
    TRY(auto refused, judge_state(table, route, call, if_match));
    if (refused) return Answer{.problem = std::move(refused)};
    return route.act(call);
}

}  // namespace

Api::Api(const Parts& parts, std::string path, std::shared_ptr<const Table> table)
    : parts_{parts},
      path_{std::move(path)},
      table_{std::move(table)},
      document_{to_openapi(*table_, path_, parts.version).dump(2) + "\n"} {}

net::Task<http::Response> Api::handle(http::Request& request) const {
    if (!request.channel->is_secure) {
        auto response = to_response(not_over_https());
        response.substatus = 4;
        co_return response;
    }
    auto path = request.path.substr(std::min(path_.size(), request.path.size()));
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    const bool is_reading =
        request.method == http::Method::get || request.method == http::Method::head;
    if (path == "/openapi.json" && is_reading)
        co_return http::text_response(200, "application/json; charset=utf-8", document_);
    auto matched = match(*table_, request.method, path);
    if (matched.allowed.empty()) co_return to_response(no_such_path(request.path));
    if (matched.route == nullptr) {
        auto response = request.method == http::Method::options
                            ? http::Response{.status = 204, .headers = {}, .body = {}}
                            : to_response(wrong_method(request.method_name, matched.allowed));
        response.headers.set("allow", text::join(matched.allowed, ", ") + ", OPTIONS");
        co_return response;
    }
    const auto& route = *matched.route;
    if (!request.caller || !request.caller->is_known()) co_return to_response(nobody());
    if (request.caller->privilege < route.needs)
        co_return to_response(not_enough(*request.caller, route));
    Call call{.parts = parts_,
              .actor = {request.caller->user, request.client_ip},
              .caller = request.caller,
              .sight = request.sight,
              .path = std::move(matched.arguments),
              .query = {},
              .body = nullptr,
              .origin = request.origin(),
              .api = path_,
              .now = parts_.access.clock.now()};
    auto response = co_await carry_out(request, route, std::move(call));
    if (!response) {
        if (response.error().kind == ErrorKind::internal)
            parts_.access.log.error("api", "{}: {}", route.step, response.error().message);
        auto problem = to_problem(response.error());
        problem.thing = thing_of(path);
        problem.step = route.step;
        co_return to_response(problem);
    }
    co_return std::move(*response);
}

net::Task<http::Response> Api::carry_out(http::Request& request, const Route& route,
                                         Call call) const {
    CO_TRY_DONE(read_query(request.query, route, call.query));
    if (!route.body.empty() && !says_json(request.headers)) co_return to_response(no_json());
    const auto if_match = request.headers.joined("if-match");
    if (route.needs_match && if_match.empty()) co_return to_response(needs_state(route));
    CO_TRY(call.body, co_await read_body(request, route, table_->schemas(), body_bytes_max));

    const auto shared = std::make_shared<const Call>(std::move(call));
    const std::function<Result<Answer>()> work = [table = table_, &route, shared, if_match] {
        return act(*table, route, *shared, if_match);
    };
    const bool is_long = route.cost == Route::Cost::long_ || asks_outside(route, *shared);
    auto& pool = is_long                               ? parts_.pool
                 : route.cost == Route::Cost::password ? parts_.access.sign_in_pool
                                                       : parts_.access.pool;
    CO_TRY(Answer answer, co_await pool.run<Answer>(work));
    co_return finish(route, *shared, std::move(answer), request);
}

http::Response Api::finish(const Route& route, const Call& call, Answer answer,
                           const http::Request& request) const {
    if (answer.problem) {
        if (answer.problem->step.empty()) answer.problem->step = route.step;
        return to_response(*answer.problem);
    }
    http::Response response;
    response.status = route.success;
    response.headers.set("cache-control", "no-store");
    response.headers.set("x-content-type-options", "nosniff");
    if (!answer.location.empty()) response.headers.set("location", path_ + answer.location);
    if (answer.file) {
        response.headers.set("content-type", answer.file->type);
        response.headers.set("content-disposition",
                             fmt::format("attachment; filename=\"{}\"", answer.file->name));
        response.body = std::move(answer.file->bytes);
        return response;
    }
    if (route.is_listed && !answer.body.is_null()) {
        answer.body["next"] = answer.next.empty() ? Json(nullptr) : Json(answer.next);
        if (!answer.next.empty()) {
            std::string query;
            for (const auto& [name, value] : call.query)
                if (name != "after")
                    query += fmt::format("{}={}&", name, text::percent_encode(value));
            response.headers.set(
                "link", fmt::format("<{}?{}after={}>; rel=\"next\"", request.raw_path, query,
                                    text::percent_encode(answer.next)));
        }
    }
    if (answer.body.is_null()) return response;
    if (route.method == http::Method::get) {
        if (const auto etag = etag_of(answer.body)) {
            response.headers.set("etag", *etag);
            const http::Validators validators{.etag = *etag, .has_last_modified = false};
            if (http::weigh_conditions(request.method, request.headers, validators) ==
                http::Condition::not_modified) {
                response.status = 304;
                return response;
            }
        }
    }
    response.headers.set("content-type", "application/json; charset=utf-8");
    response.body = answer.body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    return response;
}

}  // namespace rhumb::manager
