#include "access/login_openid.h"

#include "access/cookies.h"
#include "access/form_guard.h"
#include "access/login.h"
#include "access/login_page.h"
#include "access/return_address.h"
#include "access/session_start.h"
#include "access/visitor.h"
#include "base/text.h"
#include "http/parameters.h"

namespace rhumb::access {

namespace {

using SignIn = std::shared_ptr<identity::BrowserSignIn>;

constexpr std::chrono::minutes journey_age_max{10};
constexpr std::chrono::seconds later{10};

std::string callback_of(const http::Request& request) {
    return request.origin() + "/login/openid/callback";
}

std::string as_sentence(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text + ".";
}

/// Why somebody is not signed in, and how to begin again.
Result<http::Response> show_failure(const http::Request& request, const Error& error) {
    const bool is_for_later = http::to_status(error.kind) >= 500;
    std::string body =
        error_line(is_for_later ? "Nobody can sign in there just now. Try again in a moment."
                                : as_sentence(error.message));
    body += "<p><a href=\"/login\">Sign in again</a></p>\n";
    TRY(auto response, page_response(http::to_status(error.kind), {.title = "You are not signed in",
                                                                   .body = std::move(body),
                                                                   .host = request.host}));
    if (is_for_later) response.headers.set("retry-after", fmt::to_string(later.count()));
    return response;
}

}  // namespace

Result<http::Response> onward_response(const http::Request& request, std::string_view url,
                                       std::string_view where, std::string_view why) {
    TRY(auto response,
        page_response(200, {.title = fmt::format("On to {}", where),
                            .body = fmt::format("<p>{}</p>\n<p><a href=\"{}\" autofocus>Go on to "
                                                "{}</a></p>\n",
                                                text::escape_html(why), text::escape_html(url),
                                                text::escape_html(where)),
                            .host = request.host}));
    response.headers.set("refresh", fmt::format("0; url={}", url));
    return response;
}

namespace {

net::Task<http::Response> depart(http::Request& request, const Parts& parts, SignIn sign_in) {
    CO_TRY(const auto parameters, co_await http::read_parameters(request, sign_in_form_bytes_max));
    if (!is_own_form(request, parameters->get(form_field)))
        co_return show_failure(request,
                               {ErrorKind::denied,
                                "this form was too old, or your browser keeps no cookies of "
                                "this site"});
    using Departure = identity::BrowserSignIn::Departure;
    std::function<Result<Departure>()> work = [sign_in, callback = callback_of(request),
                                               address =
                                                   to_return_address(parameters->get("return"))] {
        return sign_in->depart(callback, address);
    };
    const auto departure = co_await parts.sign_in_outside_pool.run<Departure>(std::move(work));
    if (!departure) {
        parts.log.warning("sign-in", "nobody can be led to «{}»: {}", sign_in->label(),
                          departure.error().message);
        co_return show_failure(request, departure.error());
    }
    CO_TRY(auto response,
           onward_response(request, departure->url, sign_in->label(), "You sign in there."));
    set_cookie(response, journey_cookie, departure->state, journey_age_max);
    co_return response;
}

/// What the pool needs to take somebody in.
struct Return {
    std::string callback;
    std::string query;
    std::string state;
    Browser browser;
};

struct Taken {
    identity::Sessions::Begun begun;
    std::string return_address;
};

/// Blocks.
Result<Taken> take_in(const Parts& parts, identity::BrowserSignIn& sign_in, const Return& back) {
    TRY(const auto arrival, sign_in.arrive(back.callback, back.query, back.state));
    // Else whoever is called so at the provider would be an administrator here.
    TRY(const bool is_local, parts.locals.is_one(arrival.user));
    if (is_local)
        return fail(
            ErrorKind::denied,
            "«{}» is what a local administrator of this server is called, who signs in with "
            "a password here",
            arrival.user);
    TRY(const auto person, parts.people.look_up(arrival.user));
    if (person == nullptr || !person->is_active(parts.clock.now()))
        return fail(ErrorKind::denied, "«{}» may not come in here", arrival.user);
    TRY(auto begun, begin_session(parts, person->name, back.browser));
    parts.log.info("sign-in", "«{}» came by «{}», from {}", person->name, sign_in.label(),
                   back.browser.address);
    return Taken{.begun = std::move(begun),
                 .return_address = to_return_address(arrival.return_address)};
}

net::Task<http::Response> arrive(const http::Request& request, const Parts& parts, SignIn sign_in) {
    Return back{.callback = callback_of(request),
                .query = request.query,
                .state = find_cookie(request, journey_cookie).value_or(""),
                .browser = browser_of(request)};
    std::function<Result<Taken>()> work = [&parts, sign_in, back = std::move(back)] {
        return take_in(parts, *sign_in, back);
    };
    const auto taken = co_await parts.sign_in_outside_pool.run<Taken>(std::move(work));
    if (!taken) {
        parts.log.warning("sign-in", "a sign-in by «{}» from {} failed: {}", sign_in->label(),
                          address_of(request), taken.error().message);
        CO_TRY(auto response, show_failure(request, taken.error()));
        remove_cookie(response, journey_cookie);
        co_return response;
    }
    auto response =
        enter(taken->begun, taken->return_address.empty() ? "/account" : taken->return_address);
    remove_cookie(response, journey_cookie);
    co_return response;
}

http::Response say_to_provider(int status, std::string_view error) {
    auto response = http::text_response(
        status, "application/json",
        error.empty() ? std::string{} : fmt::format(R"({{"error":"{}"}})", error));
    response.headers.set("cache-control", "no-store");
    return response;
}

/// Back-Channel Logout 1.0 section 2.8: 200, or 400 with an error.
net::Task<http::Response> take_farewell(http::Request& request, const Parts& parts,
                                        SignIn sign_in) {
    CO_TRY(const auto parameters, co_await http::read_parameters(request, std::size_t{128} << 10U));
    std::function<Result<bool>()> work = [&parts, sign_in,
                                          message = parameters->get("logout_token"),
                                          from = address_of(request)]() -> Result<bool> {
        TRY(const auto user, sign_in->signed_out_there(message));
        if (!user) return true;
        TRY(const bool is_local, parts.locals.is_one(*user));
        if (is_local) return true;
        TRY_DONE(parts.sessions.end_all_of(*user, {sign_in->label(), from}));
        parts.log.info("sign-in", "«{}» has signed out at «{}»", *user, sign_in->label());
        return true;
    };
    const auto done = co_await parts.sign_in_outside_pool.run<bool>(std::move(work));
    if (done) co_return say_to_provider(200, "");
    parts.log.warning("sign-in", "a message of signing out from {} does not count: {}",
                      address_of(request), done.error().message);
    const bool is_for_later = http::to_status(done.error().kind) >= 500;
    co_return say_to_provider(is_for_later ? 503 : 400,
                              is_for_later ? "temporarily_unavailable" : "invalid_request");
}

}  // namespace

net::Task<http::Response> answer_openid(http::Request& request, const std::string& path,
                                        const Parts& parts) {
    const auto sign_in = parts.browser_sign_in();
    const bool is_posted = request.method == http::Method::post;
    const bool is_get = request.method == http::Method::get;
    if (sign_in != nullptr && path == "/login/openid" && is_posted)
        co_return co_await depart(request, parts, sign_in);
    if (sign_in != nullptr && path == "/login/openid/callback" && is_get)
        co_return co_await arrive(request, parts, sign_in);
    if (sign_in != nullptr && path == "/login/openid/back-channel" && is_posted)
        co_return co_await take_farewell(request, parts, sign_in);
    if (sign_in == nullptr && path == "/login/openid/back-channel" && is_posted)
        co_return say_to_provider(400, "invalid_request");
    // Nothing to be had by any other way: a page that was opened again, or an answer too late.
    co_return go_to("/login");
}

}  // namespace rhumb::access
