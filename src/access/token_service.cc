#include "access/token_service.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "access/form_guard.h"
#include "access/outside.h"
#include "access/visitor.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "http/cors.h"

namespace rhumb::access {

namespace {

/// Who is signed in with a browser and sends what only a form of that session knows; "": nobody.
std::string signed_in(const http::Request& request, const http::Parameters& parameters) {
    const auto& caller = request.caller;
    if (caller == nullptr || caller->by != http::Caller::By::session) return {};
    const bool is_from_form = is_own_form(request, parameters.get(form_field), caller->form_secret);
    return is_from_form ? caller->user : std::string{};
}

/// The format that can be told before a form is read; a wrong one is told of later. Programs have
/// theirs in the form, and do not ask for HTML.
TokenFormat format_of(const http::Request& request, const http::Parameters& query) {
    const bool is_said = query.has("f") || query.has("request");
    const bool is_of_program =
        request.method == http::Method::post &&
        text::to_lower(request.headers.joined("accept")).find("text/html") == std::string::npos;
    if (!is_said && is_of_program) return TokenFormat::json;
    return parse_token_format(query).value_or(TokenFormat::json);
}

}  // namespace

bool TokenService::is_at(std::string_view path, std::string_view gis_path) {
    static constexpr std::array places{"/tokens", "/tokens/generateToken", "/admin/generateToken"};
    if (!text::istarts_with(path, gis_path)) return false;
    path.remove_prefix(gis_path.size());
    if (path.ends_with('/')) path.remove_suffix(1);
    return std::ranges::any_of(
        places, [path](std::string_view place) { return text::iequals(path, place); });
}

net::Task<http::Response> TokenService::handle(http::Request& request) const {
    if (!is_at(request.path, gis_path_))
        co_return fail(ErrorKind::not_found, "Invalid URL: nothing is at {}", request.path);
    http::Parameters query;
    const auto is_query_good = query.add_form(request.query);
    http::Response response;
    if (request.method == http::Method::options) {
        response = http::preflight_response();
    } else if (!request.channel->is_secure) {
        response =
            answer(TokenRefusal{403, "SSL Required"}, format_of(request, query), {gis_path_});
    } else if (!is_query_good) {
        response = answer(to_token_refusal(is_query_good.error()), format_of(request, query),
                          form_for(request, {}));
    } else if (request.method == http::Method::get || request.method == http::Method::head) {
        response = show(request, query);
    } else if (request.method == http::Method::post) {
        response = co_await serve_order(request, query);
    } else {
        response = answer(TokenRefusal{405, "Use POST."}, format_of(request, query),
                          form_for(request, {}));
    }
    protect_token_answer(response);
    co_return response;
}

http::Response TokenService::show(const http::Request& request,
                                  const http::Parameters& query) const {
    const auto form = form_for(request, {});
    const auto format = parse_token_format(query);
    if (!format) return answer(to_token_refusal(format.error()), TokenFormat::json, form);
    const bool asks_for_token = has_credentials(query) || *format != TokenFormat::page;
    if (!asks_for_token) return token_page_response(200, render_token_form(form));
    return answer(TokenRefusal{405,
                               "HTTP GET method is not supported: addresses are written down "
                               "where others read them. Send 'username' and 'password' as a form, "
                               "by POST."},
                  *format, form);
}

net::Sure<http::Response> TokenService::serve_order(http::Request& request,
                                                    const http::Parameters& query) const {
    if (has_credentials(query)) {
        co_return answer(
            TokenRefusal{400,
                         "'username' and 'password' must be in the form, not in the address: "
                         "addresses are written down where others read them. This password was "
                         "not used; think of changing it."},
            format_of(request, query), form_for(request, {}));
    }
    auto parameters = co_await http::read_parameters(request, form_bytes_max);
    if (!parameters) {
        auto refusal = to_token_refusal(parameters.error());
        co_return answer(refusal, format_of(request, query), form_for(request, {}));
    }
    co_return co_await serve_form(request, **parameters);
}

namespace {

/// What came of an order: a token, or why there is none.
using Outcome = std::variant<identity::IssuedToken, TokenRefusal>;

constexpr auto longest_wait_told = std::chrono::minutes{120};

TokenRefusal refuse(const identity::Entrance& entrance, bool has_code) {
    using Kind = identity::Entrance::Outcome;
    switch (entrance.outcome) {
        case Kind::needs_code:
            return {400, has_code ? "The code is not good, or was used before: send the next one "
                                    "as 'code'."
                                  : "A code of the second factor is needed as well: send it as "
                                    "'code'."};
        case Kind::must_wait: {
            const auto minutes = std::chrono::ceil<std::chrono::minutes>(
                std::min<std::chrono::seconds>(entrance.wait, longest_wait_told));
            return {400,
                    fmt::format("There were too many failed attempts: wait {} minute{}.",
                                minutes.count(), minutes.count() == 1 ? "" : "s"),
                    entrance.wait};
        }
        case Kind::unavailable:
            return {503, "The user store cannot say now. Try again in a moment.",
                    std::chrono::seconds{5}};
        default: return {400, "Invalid username or password."};
    }
}

/// How the client comes here, for tokens that are good from some places only. Refers to `request`.
identity::TokenUse use_of(const http::Request& request) {
    return {.referer = request.headers.find("referer").value_or(""),
            .origin = request.headers.find("origin").value_or(""),
            .ip = request.client_ip};
}

/// One order, as it is carried out on a thread of a pool; owns what it needs.
class Work {
public:
    Work(const Parts& parts, TokenOrder order, std::string signed_in, std::string from)
        : parts_{parts},
          order_{std::move(order)},
          signed_in_{std::move(signed_in)},
          from_{std::move(from)} {}
    ~Work() { crypto::wipe(order_.password.data(), order_.password.size()); }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    Result<Outcome> run() const {
        if (order_.user.empty()) return issue(signed_in_);
        const auto entrance = parts_.sign_ins.attempt(
            {.user = order_.user, .password = order_.password, .code = order_.code, .from = from_});
        if (entrance.outcome != identity::Entrance::Outcome::accepted)
            return Outcome{refuse(entrance, !order_.code.empty())};
        return issue(entrance.person->name);
    }

private:
    Result<Outcome> issue(const std::string& user) const {
        TRY(auto token, parts_.tokens.issue(user, order_.binding, order_.lifetime, {user, from_}));
        return Outcome{std::move(token)};
    }

    const Parts& parts_;
    TokenOrder order_;
    std::string signed_in_;
    std::string from_;
};

/// A good token is given back as it is: who shows it gets no more, and no longer, than he has.
net::Task<Outcome> give_back(const Parts& parts, std::string text, identity::TokenFacts facts) {
    CO_TRY(const auto person, co_await get_person(parts, facts.user));
    const bool counts =
        person != nullptr && person->is_active(parts.clock.now()) && facts.issued >= person->since;
    if (!counts) co_return Outcome{TokenRefusal{400, "'token' is of a user who may not come in."}};
    co_return Outcome{identity::IssuedToken{std::move(text), std::move(facts)}};
}

}  // namespace

net::Sure<http::Response> TokenService::serve_form(const http::Request& request,
                                                   const http::Parameters& parameters) const {
    auto form = form_for(request, parameters);
    const auto format = parse_token_format(parameters);
    if (!format) co_return answer(to_token_refusal(format.error()), TokenFormat::json, form);
    auto user = signed_in(request, parameters);
    const auto settings = parts_.settings->get();
    auto order =
        parse_token_order(parameters, address_of(request), settings->tokens, !user.empty());
    if (!order) co_return answer(to_token_refusal(order.error()), *format, form);

    auto outcome = Result<Outcome>{fail(ErrorKind::internal, "nothing was done")};
    if (!order->token.empty()) {
        const auto check = parts_.tokens.check(order->token, use_of(request));
        if (!check.is_good()) {
            const auto why = fmt::format("'token' is not good: {}.", to_text(check.fault));
            co_return answer(TokenRefusal{400, why}, *format, form);
        }
        outcome = co_await give_back(parts_, order->token, *check.facts);
    } else {
        const auto asked_for = order->user;
        const auto work = std::make_shared<const Work>(parts_, *std::move(order), std::move(user),
                                                       address_of(request));
        std::function<Result<Outcome>()> job = [work] { return work->run(); };
        // A hash takes memory and time, and has a pool of its own.
        if (asked_for.empty())
            outcome = co_await parts_.pool.run<Outcome>(std::move(job));
        else
            outcome = co_await run_sign_in<Outcome>(parts_, asked_for, {}, std::move(job));
    }
    if (!outcome) {
        if (outcome.error().kind == ErrorKind::internal)
            parts_.log.error("tokens", "no token was made: {}", outcome.error().message);
        co_return answer(to_token_refusal(outcome.error()), *format, form);
    }
    if (const auto* refusal = std::get_if<TokenRefusal>(&*outcome))
        co_return answer(*refusal, *format, form);
    co_return answer(std::get<identity::IssuedToken>(*outcome), *format, form);
}

namespace {

/// What was filled in, to be shown again; nothing where it is no text.
std::string filled(const http::Parameters& parameters, std::string_view name) {
    const auto& value = parameters.get(name);
    return text::is_utf8(value) ? value : std::string{};
}

}  // namespace

TokenForm TokenService::form_for(const http::Request& request,
                                 const http::Parameters& filled_in) const {
    const auto settings = parts_.settings->get();
    TokenForm form{.gis_path = gis_path_,
                   .short_minutes = settings->tokens.short_minutes,
                   .long_minutes = settings->tokens.long_minutes,
                   .client_ip = address_of(request),
                   .user = filled(filled_in, "username"),
                   .client = filled(filled_in, "client"),
                   .referer = filled(filled_in, "referer"),
                   .ip = filled(filled_in, "ip"),
                   .expiration = filled(filled_in, "expiration")};
    if (const auto sign_in = parts_.browser_sign_in()) form.outside = sign_in->label();
    const auto& caller = request.caller;
    if (caller != nullptr && caller->by == http::Caller::By::session) {
        form.signed_in_as = caller->user;
        form.form_secret = caller->form_secret;
    }
    return form;
}

}  // namespace rhumb::access
