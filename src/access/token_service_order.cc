#include "access/token_service_order.h"

#include <algorithm>
#include <cmath>

#include <arpa/inet.h>

#include "base/text.h"

namespace rhumb::access {

using identity::TokenBinding;

Result<TokenFormat> parse_token_format(const http::Parameters& parameters) {
    const auto f = text::trim(parameters.get("f"));
    if (f.empty()) {
        const bool is_old = text::iequals(text::trim(parameters.get("request")), "getToken");
        return is_old ? TokenFormat::text : TokenFormat::page;
    }
    if (text::iequals(f, "html")) return TokenFormat::page;
    if (text::iequals(f, "json")) return TokenFormat::json;
    if (text::iequals(f, "pjson")) return TokenFormat::pjson;
    return fail(ErrorKind::invalid, "'f' must be one of html, json, pjson.");
}

bool has_credentials(const http::Parameters& parameters) {
    return parameters.has("username") || parameters.has("password") || parameters.has("code");
}

namespace {

bool is_address(const std::string& text) {
    in6_addr bytes{};
    if (text.find('\0') != std::string::npos) return false;
    return inet_pton(AF_INET, text.c_str(), &bytes) == 1 ||
           inet_pton(AF_INET6, text.c_str(), &bytes) == 1;
}

Result<TokenBinding> bind_to_referer(std::string_view referer) {
    if (referer.empty()) return fail(ErrorKind::invalid, "'referer' must be specified.");
    if (!text::is_utf8(referer)) return fail(ErrorKind::invalid, "'referer' must be text.");
    return TokenBinding{TokenBinding::Kind::referer, std::string{referer}};
}

Result<TokenBinding> bind_to_address(std::string_view given) {
    const std::string ip{text::trim(given)};
    if (ip.empty()) return fail(ErrorKind::invalid, "'ip' must be specified.");
    if (!is_address(ip)) return fail(ErrorKind::invalid, "'ip' must be an IPv4 or IPv6 address.");
    return TokenBinding{TokenBinding::Kind::ip, ip};
}

/// "ref.https://a.example" or "ip.192.0.2.7", as version 9.3 wrote it.
Result<TokenBinding> bind_as_before(std::string_view clientid) {
    if (text::istarts_with(clientid, "ref.")) return bind_to_referer(clientid.substr(4));
    if (text::istarts_with(clientid, "ip.")) return bind_to_address(clientid.substr(3));
    return fail(ErrorKind::invalid, "'clientid' must begin with ref. or ip.");
}

Result<TokenBinding> parse_binding(const http::Parameters& parameters, std::string_view client_ip) {
    const auto client = text::trim(parameters.get("client"));
    const auto referer = text::trim(parameters.get("referer")).empty()
                             ? text::trim(parameters.get("referrer"))
                             : text::trim(parameters.get("referer"));
    if (client.empty()) {
        // Nobody has to say it. Who names a place all the same means it.
        if (parameters.has("clientid"))
            return bind_as_before(text::trim(parameters.get("clientid")));
        if (!referer.empty()) return bind_to_referer(referer);
        if (parameters.has("ip")) return bind_to_address(parameters.get("ip"));
        return TokenBinding{};
    }
    if (text::iequals(client, "referer") || text::iequals(client, "referrer"))
        return bind_to_referer(referer);
    if (text::iequals(client, "ip")) return bind_to_address(parameters.get("ip"));
    if (text::iequals(client, "requestip")) return bind_to_address(client_ip);
    if (text::iequals(client, "none")) return TokenBinding{};
    return fail(ErrorKind::invalid, "'client' must be one of referer, ip, requestip, none.");
}

Result<std::chrono::seconds> parse_lifetime(const http::Parameters& parameters,
                                            const config::Tokens& lifetimes) {
    const auto given = text::trim(parameters.get("expiration"));
    std::chrono::seconds const longest = lifetimes.long_minutes;
    if (given.empty()) return std::min<std::chrono::seconds>(lifetimes.short_minutes, longest);
    // JavaScript computes minutes, and sends parts of them.
    const auto minutes = text::to_number(given);
    if (!minutes || !std::isfinite(*minutes) || *minutes < 1)
        return fail(ErrorKind::invalid, "'expiration' must be a number of minutes from 1.");
    const double longest_minutes = static_cast<double>(lifetimes.long_minutes.count());
    return std::chrono::seconds{std::llround(60 * std::min(*minutes, longest_minutes))};
}

}  // namespace

Result<TokenOrder> parse_token_order(const http::Parameters& parameters, std::string_view client_ip,
                                     const config::Tokens& lifetimes, bool is_signed_in) {
    if (parameters.has("callback"))
        return fail(ErrorKind::invalid, "'callback' is not taken here: tokens are no scripts.");
    TRY(const bool is_encrypted, parameters.get_bool("encrypted", false));
    if (is_encrypted) {
        return fail(ErrorKind::invalid,
                    "'encrypted' is not taken: the connection is encrypted; send user name and "
                    "password as they are.");
    }
    TokenOrder order{.user = parameters.get("username"),
                     .password = parameters.get("password"),
                     .code = std::string{text::trim(parameters.get("code"))}};
    const bool is_shown_token = !has_credentials(parameters) && parameters.has("serverUrl");
    if (is_shown_token) order.token = std::string{text::trim(parameters.get("token"))};
    const bool needs_password = order.token.empty() && (!is_signed_in || !order.user.empty());
    if (needs_password && order.user.empty())
        return fail(ErrorKind::invalid, "'username' must be specified.");
    if (needs_password && order.password.empty())
        return fail(ErrorKind::invalid, "'password' must be specified.");
    TRY(order.binding, parse_binding(parameters, client_ip));
    TRY(order.lifetime, parse_lifetime(parameters, lifetimes));
    return order;
}

}  // namespace rhumb::access
