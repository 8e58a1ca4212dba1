#include "access/login.h"

#include "access/account.h"
#include "access/login_openid.h"
#include "access/login_steps.h"
#include "access/page.h"

namespace rhumb::access {

namespace {

bool is_reading(http::Method method) {
    return method == http::Method::get || method == http::Method::head;
}

http::Response wrong_method(std::string_view allowed) {
    http::Response response;
    response.status = 405;
    response.headers.add("allow", allowed);
    return response;
}

/// 403.4, should nobody before have said so.
Result<http::Response> in_the_clear(const http::Request& request) {
    TRY(auto response,
        page_response(403, {.title = "HTTPS is required",
                            .body = "<p>Names and passwords are asked for over https alone.</p>\n",
                            .host = request.host}));
    response.substatus = 4;
    return response;
}

std::string_view without_slash(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return path;
}

}  // namespace

net::Task<http::Response> SignInPages::handle(http::Request& request) const {
    if (!request.channel->is_secure) co_return in_the_clear(request);
    co_return co_await answer(request);
}

net::Task<http::Response> SignInPages::answer(http::Request& request) const {
    const std::string path{without_slash(request.path)};
    const bool is_read = is_reading(request.method);
    const bool is_posted = request.method == http::Method::post;
    if (!is_read && !is_posted) co_return wrong_method("GET, HEAD, POST");
    if (path == "/login") {
        if (is_read) co_return co_await show_login(request, parts_);
        co_return co_await take_login(request, parts_);
    }
    if (path == "/login/first") {
        if (is_read) co_return co_await show_first(request, parts_);
        co_return co_await take_first(request, parts_);
    }
    if (path == "/login/openid" || path.starts_with("/login/openid/"))
        co_return co_await answer_openid(request, path, parts_);
    if (path == "/logout") {
        if (is_read) co_return co_await show_logout(request, parts_);
        co_return co_await take_logout(request, parts_);
    }
    if (path == "/account" || path.starts_with("/account/"))
        co_return co_await answer_account(request, path, parts_);
    co_return fail(ErrorKind::not_found, "there is no page here; /login is the one for signing in");
}

}  // namespace rhumb::access
