#include "access/form_guard.h"

#include "access/cookies.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/secret.h"

namespace rhumb::access {

namespace {

constexpr std::size_t cookie_size = 16;
constexpr std::size_t cookie_text_size = 22;

/// From the cookie, which a page need not show so.
Result<std::string> secret_of(std::string_view cookie) {
    TRY(const auto digest, crypto::sha256(fmt::format("rhumb form before sign-in {}", cookie)));
    return text::to_base64url(std::string_view{digest}.substr(0, cookie_size));
}

std::string cookie_of(const http::Request& request) {
    auto cookie = find_cookie(request, form_cookie).value_or("");
    return cookie.size() == cookie_text_size ? cookie : std::string{};
}

/// True when the browser says that the form stands on a page of another origin.
bool is_from_elsewhere(const http::Request& request) {
    const auto site = request.headers.find("sec-fetch-site");
    if (site && *site != "same-origin" && *site != "none") return true;
    const auto origin = request.headers.find("origin");
    if (!origin) return false;
    return !text::iequals(*origin, request.origin()) &&
           !text::iequals(*origin, http::make_origin(true, request.host, request.port));
}

}  // namespace

Result<FormSecret> get_form_secret(const http::Request& request) {
    FormSecret form;
    auto cookie = cookie_of(request);
    if (cookie.empty()) {
        TRY(const auto random, crypto::random_bytes(cookie_size));
        cookie = form.new_cookie = text::to_base64url(random);
    }
    TRY(form.secret, secret_of(cookie));
    return form;
}

bool is_own_form(const http::Request& request, std::string_view sent) {
    const auto cookie = cookie_of(request);
    if (cookie.empty()) return false;
    const auto secret = secret_of(cookie);
    return secret && is_own_form(request, sent, *secret);
}

bool is_own_form(const http::Request& request, std::string_view sent,
                 std::string_view session_secret) {
    return !session_secret.empty() && !is_from_elsewhere(request) &&
           crypto::equal_in_constant_time(sent, session_secret);
}

}  // namespace rhumb::access
