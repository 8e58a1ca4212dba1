#include "access/wording.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "access/secrets.h"
#include "base/text.h"
#include "http/parameters.h"
#include "http/target.h"

namespace rhumb::access {

using policy::Audience;

Refusal needs_sign_in(std::string login) {
    return {.status = 401,
            .gis_code = 499,
            .gis_message = "Token Required",
            .title = "Sign in, please",
            .reason = "This page is not for everybody.",
            .link = std::move(login),
            .link_text = "Sign in"};
}

Refusal bad_token(std::string_view why, std::string login) {
    return {.status = 401,
            .gis_code = 498,
            .gis_message = "Invalid token.",
            .title = "This token does not count",
            .reason = fmt::format("The token is not accepted: {}.", why),
            .link = std::move(login),
            .link_text = "Sign in",
            .bearer_error = "invalid_token"};
}

Refusal not_permitted(const http::Caller& caller, std::string login) {
    return {
        .status = 403,
        .gis_code = 403,
        .gis_message =
            "You do not have permissions to access this resource or perform this operation.",
        .title = "Not for this user",
        .reason = fmt::format("You are known here as {}, who may not see this page.", caller.user),
        .link = std::move(login),
        .link_text = "Sign in as somebody else",
        .bearer_error = "insufficient_scope"};
}

Refusal not_from_here() {
    return {.status = 403,
            .substatus = 6,
            .gis_code = 403,
            .gis_message = "Access denied.",
            .title = "Not from this address",
            .reason = "This page is only for some addresses, and yours is none of them."};
}

Refusal certificate_refused(const CertificateVerdict& verdict) {
    Refusal refusal{.status = 403,
                    .substatus = static_cast<int>(verdict.fault),
                    .gis_code = 403,
                    .gis_message = "Client Certificate Required",
                    .title = "A certificate of yours is required",
                    .reason = verdict.reason};
    switch (verdict.fault) {
        case CertificateFault::none:
        case CertificateFault::not_mapped:
        case CertificateFault::required: break;
        case CertificateFault::revoked: refusal.title = "Your certificate has been revoked"; break;
        case CertificateFault::untrusted: refusal.title = "Your certificate is not trusted"; break;
        case CertificateFault::expired: refusal.title = "Your certificate is out of date"; break;
    }
    if (refusal.reason.empty())
        refusal.reason = "This page is for those who show a certificate that is good here.";
    return refusal;
}

Refusal needs_another_connection() {
    return {.status = 421,
            .gis_code = 421,
            .gis_message = "Another connection is needed.",
            .title = "Another connection is needed",
            .reason =
                "This connection was made without asking for a certificate of yours. Load the "
                "page again."};
}

Refusal cannot_say_now() {
    return {.status = 503,
            .gis_code = 503,
            .gis_message = "The service is not available now.",
            .title = "Nobody can be asked who you are",
            .reason =
                "The place where users are kept does not answer just now. It is asked again by "
                "itself: try again in a moment."};
}

Refusal cannot_be_read(const Error& error) {
    const int status = http::to_status(error.kind);
    const bool is_large = error.kind == ErrorKind::too_large;
    return {.status = status,
            .gis_code = status,
            .gis_message = is_large ? "The answer or the request is too large."
                                    : "Invalid or missing input parameters.",
            .title = std::string{http::reason_phrase(status)},
            .reason = status >= 500 ? "" : error.message};
}

namespace {

constexpr std::string_view json_type = "application/json; charset=utf-8";

std::string to_text(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string gis_error(const Refusal& refusal) {
    auto details = nlohmann::ordered_json::array();
    // Nothing more to be said than the code says: clients show all that stands here.
    if (!refusal.reason.empty() && refusal.gis_code != 499) details.push_back(refusal.reason);
    return to_text(
        {{"error",
          {{"code", refusal.gis_code}, {"message", refusal.gis_message}, {"details", details}}}});
}

/// A function's name that cannot be anything else; "" for any other.
std::string callback_of(const http::Request& request) {
    auto name = request.parameters ? request.parameters->get("callback")
                                   : http::find_parameter(request.query, "callback").value_or("");
    const bool is_safe = name.size() <= 200 && std::ranges::all_of(name, [](char c) {
                             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                    (c >= '0' && c <= '9') ||
                                    std::string_view{"_.$[]"}.find(c) != std::string_view::npos;
                         });
    return is_safe ? name : std::string{};
}

http::Response gis_response(const http::Request& request, const Refusal& refusal) {
    const auto callback = callback_of(request);
    if (callback.empty()) return http::text_response(200, json_type, gis_error(refusal));
    return http::text_response(200, "application/javascript; charset=utf-8",
                               fmt::format("/**/{}({});", callback, gis_error(refusal)));
}

http::Response problem(const Refusal& refusal) {
    nlohmann::ordered_json json{{"status", refusal.status}, {"title", refusal.title}};
    if (refusal.substatus != 0) json["substatus"] = refusal.substatus;
    if (!refusal.reason.empty()) json["detail"] = refusal.reason;
    return http::text_response(refusal.status, "application/problem+json; charset=utf-8",
                               to_text(json) + "\n");
}

http::Response page(const Refusal& refusal) {
    std::string body;
    if (!refusal.reason.empty())
        body += fmt::format("<p>{}</p>", text::escape_html(refusal.reason));
    if (!refusal.link.empty())
        body += fmt::format("\n<p><a href=\"{}\">{}</a></p>", text::escape_html(refusal.link),
                            text::escape_html(refusal.link_text));
    const auto number = refusal.substatus == 0
                            ? fmt::format("{}", refusal.status)
                            : fmt::format("{}.{}", refusal.status, refusal.substatus);
    return policy::refusal_page(refusal.status, refusal.title, body, number);
}

http::Response worded(const http::Request& request, const Refusal& refusal, Audience audience) {
    switch (audience) {
        case Audience::person: break;
        case Audience::program: return problem(refusal);
        case Audience::gis_client: return gis_response(request, refusal);
        case Audience::gis_image:
            return http::text_response(refusal.status, json_type, gis_error(refusal));
    }
    // Who showed something that does not count is told so first.
    const bool may_sign_in = refusal.gis_code == 499 && (request.method == http::Method::get ||
                                                         request.method == http::Method::head);
    // Only who goes to a page can use another: pictures and scripts of a page cannot.
    if (may_sign_in && policy::takes_html(request))
        return http::redirect_response(303, refusal.link);
    return page(refusal);
}

}  // namespace

http::Response word(const http::Request& request, const Refusal& refusal, Audience audience) {
    auto response = worded(request, refusal, audience);
    response.substatus = refusal.substatus;
    if (response.status == 401) {
        response.headers.set(
            "www-authenticate",
            refusal.bearer_error.empty()
                ? std::string{"Bearer realm=\"Rhumb\""}
                : fmt::format("Bearer realm=\"Rhumb\", error=\"{}\"", refusal.bearer_error));
    }
    // GIS clients are told within status 200.
    if (refusal.status == 503) response.headers.set("retry-after", "5");
    // Browsers would go on over the connection that cannot do it.
    if (refusal.status == 421) response.headers.set("connection", "close");
    response.headers.set("cache-control", "no-store");
    response.headers.set("referrer-policy", "same-origin");
    response.headers.set("vary", "accept, x-esri-authorization, authorization, cookie");
    if (audience == Audience::gis_client || audience == Audience::gis_image)
        response.headers.set("access-control-allow-origin", "*");
    return response;
}

std::string login_address(std::string_view login_path, const http::Request& request) {
    constexpr std::size_t size_max = 2000;  // what browsers and proxies take in an address
    auto target = request.raw_path;
    if (const auto query = without_secrets(request.query); !query.empty()) target += "?" + query;
    if (target.size() > size_max) target = request.raw_path;
    if (target.size() > size_max) target = "/";
    return fmt::format("{}?return={}", login_path, text::percent_encode(target, "/"));
}

}  // namespace rhumb::access
