#include "access/login_steps.h"

#include "access/cookies.h"
#include "access/form_guard.h"
#include "access/login.h"
#include "access/login_openid.h"
#include "access/login_page.h"
#include "access/outside.h"
#include "access/return_address.h"
#include "access/session_start.h"
#include "access/visitor.h"
#include "http/parameters.h"
#include "http/target.h"
#include "identity/first_administrator.h"

namespace rhumb::access {

namespace {

using identity::Entrance;
using Outcome = Entrance::Outcome;
using Session = std::optional<identity::Sessions::Begun>;

constexpr std::string_view stale_form =
    "This form was too old, or your browser keeps no cookies of this site. Please try once more.";
constexpr std::string_view busy = "Too many people are signing in just now. Try again in a moment.";

/// Whose page people sign in at; "": here.
std::string outside_of(const Parts& parts) {
    const auto sign_in = parts.browser_sign_in();
    return sign_in == nullptr ? std::string{} : sign_in->label();
}

/// The form, and the cookie that goes with it.
Result<http::Response> show(const http::Request& request, int status, LoginForm form) {
    TRY(const auto secret, get_form_secret(request));
    form.host = request.host;
    form.form_secret = secret.secret;
    TRY(auto response, page_response(status, login_page(form)));
    if (!secret.new_cookie.empty()) set_cookie(response, form_cookie, secret.new_cookie);
    return response;
}

Result<http::Response> show_later(const http::Request& request, int status, LoginForm form,
                                  std::chrono::seconds wait) {
    TRY(auto response, show(request, status, std::move(form)));
    response.headers.set("retry-after", fmt::to_string(wait.count()));
    return response;
}

/// What comes of an attempt, where it is not accepted.
Result<http::Response> show_outcome(const http::Request& request, const Entrance& entrance,
                                    LoginForm form, bool had_code) {
    form.ticket = entrance.ticket;
    switch (entrance.outcome) {
        case Outcome::accepted: break;
        case Outcome::refused:
            form.fault = "That name and password do not let in here.";
            return show(request, 403, std::move(form));
        case Outcome::needs_code:
            if (had_code) form.fault = "That code is not right, or was used already.";
            return show(request, had_code ? 403 : 200, std::move(form));
        case Outcome::start_anew:
            form.fault = "That took too long, or too many codes were wrong. Please begin again.";
            return show(request, 403, std::move(form));
        case Outcome::must_wait:
            form.fault = fmt::format("Too many failed attempts. Try again in {}.",
                                     spell_wait(entrance.wait));
            return show_later(request, 429, std::move(form), entrance.wait);
        case Outcome::unavailable:
            form.fault = "Nobody can sign in just now: the users cannot be read. Try again later.";
            return show_later(request, 503, std::move(form), std::chrono::seconds{30});
    }
    return fail(ErrorKind::internal, "an attempt was taken for none");
}

/// What was sent with POST /login; lives in the pool.
struct Login {
    std::string user;
    std::string password;
    std::string code;
    std::string ticket;
    Browser browser;
};

struct Entered {
    Entrance entrance;
    Session session{};
};

/// Blocks.
Result<Entered> try_login(const Parts& parts, const Login& login) {
    Entered entered{.entrance = parts.sign_ins.attempt({.user = login.user,
                                                        .password = login.password,
                                                        .code = login.code,
                                                        .from = login.browser.address,
                                                        .ticket = login.ticket})};
    if (entered.entrance.outcome == Outcome::accepted) {
        TRY(entered.session, begin_session(parts, entered.entrance.person->name, login.browser));
    }
    return entered;
}

}  // namespace

net::Task<http::Response> show_login(http::Request& request, const Parts& parts) {
    // Who is still known here by a session of a store that does not answer now can sign in as
    // somebody else.
    const auto visitor = co_await find_visitor(request, parts);
    LoginForm form;
    form.return_address =
        to_return_address(http::find_parameter(request.query, "return").value_or(""));
    if (visitor && *visitor) form.signed_in_as = visitor->person->name;
    if (request.query == "out") form.done = "You are signed out.";
    if (request.query == "out-here")
        form.done = "You are signed out here. There is no way from here to sign out there.";
    form.outside = outside_of(parts);
    co_return show(request, 200, std::move(form));
}

net::Task<http::Response> take_login(http::Request& request, const Parts& parts) {
    CO_TRY(const auto parameters, co_await http::read_parameters(request, sign_in_form_bytes_max));
    LoginForm form;
    form.return_address = to_return_address(parameters->get("return"));
    form.user = parameters->get("user");
    form.outside = outside_of(parts);
    if (!is_own_form(request, parameters->get(form_field))) {
        form.fault = stale_form;
        co_return show(request, 403, std::move(form));
    }
    Login login{.user = parameters->get("user"),
                .password = parameters->get("password"),
                .code = parameters->get("code"),
                .ticket = parameters->get("ticket"),
                .browser = browser_of(request)};
    const bool had_code = !login.code.empty();
    std::function<Result<Entered>()> work = [&parts, login = std::move(login)] {
        return try_login(parts, login);
    };
    const auto entered = co_await run_sign_in<Entered>(parts, parameters->get("user"),
                                                       parameters->get("ticket"), std::move(work));
    if (!entered && entered.error().kind == ErrorKind::unavailable) {
        form.ticket = parameters->get("ticket");
        form.fault = busy;
        co_return show_later(request, 503, std::move(form), std::chrono::seconds{2});
    }
    if (!entered) co_return tl::unexpected(entered.error());
    if (!entered->session) co_return show_outcome(request, entered->entrance, form, had_code);
    // Who needed a recovery code sees how many are left.
    const bool shows_account = entered->entrance.used_recovery_code || form.return_address.empty();
    co_return enter(*entered->session, shows_account ? "/account" : form.return_address);
}

namespace {

/// Blocks for a moment. Where `user` can be signed out beside here; "": nowhere.
Result<std::string> outside_of(const Parts& parts, const std::string& user) {
    auto outside = outside_of(parts);
    if (outside.empty()) return outside;
    TRY(const bool is_local, parts.locals.is_one(user));
    return is_local ? std::string{} : outside;
}

net::Task<std::string> find_outside(const Parts& parts, std::string user) {
    std::function<Result<std::string>()> look = [&parts, user = std::move(user)] {
        return outside_of(parts, user);
    };
    co_return co_await parts.pool.run<std::string>(std::move(look));
}

Result<http::Response> show_logout_form(const http::Request& request, const Visitor& visitor,
                                        const std::string& outside, int status) {
    return page_response(status, logout_page({.host = request.host,
                                              .user = visitor.person->name,
                                              .form_secret = visitor.session->form_secret,
                                              .outside = outside}));
}

/// Blocks.
Result<bool> end_session(const Parts& parts, const std::string& id, const observe::Actor& actor) {
    const auto ended = parts.sessions.end(id, actor);
    if (!ended && ended.error().kind != ErrorKind::not_found) return tl::unexpected(ended.error());
    return true;
}

/// After the session here has ended: on to where the user has signed in, when that can be.
net::Task<http::Response> leave_there(const http::Request& request, const Parts& parts,
                                      std::string user) {
    const auto sign_in = parts.browser_sign_in();
    if (sign_in == nullptr) co_return go_to("/login?out");
    std::function<Result<std::string>()> work = [sign_in, user = std::move(user),
                                                 after = request.origin() + "/login?out"] {
        return sign_in->sign_out_url(user, after);
    };
    const auto url = co_await parts.sign_in_outside_pool.run<std::string>(std::move(work));
    if (!url || url->empty()) co_return go_to("/login?out-here");
    co_return onward_response(request, *url, sign_in->label(),
                              "You are signed out here, and will be there.");
}

/// Who has a session. Also while the place where he is kept cannot say who he is now: to leave he
/// needs no more than his session.
net::Task<Visitor> find_leaving(const http::Request& request, const Parts& parts) {
    auto visitor = co_await find_visitor(request, parts);
    if (visitor || visitor.error().kind != ErrorKind::unavailable) co_return visitor;
    const auto cookie = find_cookie(request, session_cookie);
    auto session = cookie ? parts.sessions.find(*cookie) : nullptr;
    if (session == nullptr) co_return Visitor{};
    auto person = std::make_shared<const identity::Person>(identity::Person{.name = session->user});
    co_return Visitor{.session = std::move(session), .person = std::move(person)};
}

}  // namespace

net::Task<http::Response> show_logout(http::Request& request, const Parts& parts) {
    CO_TRY(const auto visitor, co_await find_leaving(request, parts));
    if (!visitor) co_return go_to("/login");
    CO_TRY(const auto outside, co_await find_outside(parts, visitor.person->name));
    co_return show_logout_form(request, visitor, outside, 200);
}

net::Task<http::Response> take_logout(http::Request& request, const Parts& parts) {
    CO_TRY(const auto parameters, co_await http::read_parameters(request, sign_in_form_bytes_max));
    CO_TRY(const auto visitor, co_await find_leaving(request, parts));
    auto response = go_to("/login?out");
    remove_cookie(response, session_cookie);
    if (!visitor) co_return response;
    CO_TRY(const auto outside, co_await find_outside(parts, visitor.person->name));
    const auto& where = parameters->get("where");
    const bool is_own =
        is_own_form(request, parameters->get(form_field), visitor.session->form_secret);
    // Who came by a page of the store's own is asked whether he wants to leave that, too.
    if (!is_own || (where.empty() && !outside.empty()))
        co_return show_logout_form(request, visitor, outside, is_own ? 200 : 403);
    std::function<Result<bool>()> work = [&parts, id = visitor.session->id,
                                          actor = actor_of(visitor, request)] {
        return end_session(parts, id, actor);
    };
    CO_TRY_DONE(co_await parts.pool.run<bool>(std::move(work)));
    if (where != "everywhere" || outside.empty()) co_return response;
    CO_TRY(auto onward, co_await leave_there(request, parts, visitor.person->name));
    remove_cookie(onward, session_cookie);
    co_return onward;
}

namespace {

Result<http::Response> show_first_form(const http::Request& request, int status, FirstForm form) {
    TRY(const auto secret, get_form_secret(request));
    form.host = request.host;
    form.form_secret = secret.secret;
    TRY(auto response, page_response(status, first_administrator_page(form)));
    if (!secret.new_cookie.empty()) set_cookie(response, form_cookie, secret.new_cookie);
    return response;
}

net::Task<bool> is_first_wanted(const Parts& parts) {
    std::function<Result<bool>()> look = [&parts] {
        return identity::has_first_code(parts.store, parts.clock.now());
    };
    co_return co_await parts.pool.run<bool>(std::move(look));
}

/// What was sent with POST /login/first; lives in the pool.
struct First {
    std::string code;
    std::string name;
    std::string password;
    Browser browser;
};

/// What came of it: a session, or why not.
struct Made {
    Session session{};
    Error fault{ErrorKind::invalid, ""};
    std::chrono::seconds wait{};
};

constexpr std::string_view first_purpose = "code of the first administrator";

/// Blocks.
Result<Made> try_first(const Parts& parts, const First& first) {
    Made made;
    const auto& from = first.browser.address;
    made.wait = parts.sign_ins.admit(first_purpose, from);
    if (made.wait.count() > 0) return made;
    const auto added = identity::add_first_administrator(
        parts.people, parts.locals, parts.store, parts.clock.now(),
        {.code = first.code, .name = first.name, .password = first.password}, from);
    // Only a wrong code is a failure; a password that is too short is none.
    if (added || added.error().kind != ErrorKind::denied)
        parts.sign_ins.succeeded(first_purpose, from);
    if (!added) {
        made.fault = added.error();
        return made;
    }
    TRY(made.session, begin_session(parts, first.name, first.browser));
    parts.log.info("sign-in", "«{}» is the first administrator, by the code, from {}", first.name,
                   from);
    return made;
}

}  // namespace

net::Task<http::Response> show_first(http::Request& request, const Parts& parts) {
    CO_TRY(const bool is_wanted, co_await is_first_wanted(parts));
    if (!is_wanted) co_return page_response(404, no_first_code_page(request.host));
    co_return show_first_form(request, 200, {});
}

net::Task<http::Response> take_first(http::Request& request, const Parts& parts) {
    CO_TRY(const auto parameters, co_await http::read_parameters(request, sign_in_form_bytes_max));
    CO_TRY(const bool is_wanted, co_await is_first_wanted(parts));
    if (!is_wanted) co_return page_response(404, no_first_code_page(request.host));
    FirstForm form{.name = parameters->get("user")};
    if (!is_own_form(request, parameters->get(form_field))) form.fault = stale_form;
    if (form.fault.empty() && parameters->get("password") != parameters->get("again"))
        form.fault = "The two passwords are not the same.";
    if (!form.fault.empty()) co_return show_first_form(request, 403, std::move(form));
    First first{.code = parameters->get("code"),
                .name = form.name,
                .password = parameters->get("password"),
                .browser = browser_of(request)};
    std::function<Result<Made>()> work = [&parts, first = std::move(first)] {
        return try_first(parts, first);
    };
    CO_TRY(const auto made, co_await parts.sign_in_pool.run<Made>(std::move(work)));
    if (made.session) co_return enter(*made.session, "/account");
    if (made.wait.count() > 0) {
        form.fault =
            fmt::format("Too many failed attempts. Try again in {}.", spell_wait(made.wait));
        CO_TRY(auto response, show_first_form(request, 429, std::move(form)));
        response.headers.set("retry-after", fmt::to_string(made.wait.count()));
        co_return response;
    }
    if (http::to_status(made.fault.kind) >= 500) co_return tl::unexpected(made.fault);
    form.fault = made.fault.message;
    co_return show_first_form(request, http::to_status(made.fault.kind), std::move(form));
}

}  // namespace rhumb::access
