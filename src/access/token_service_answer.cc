#include "access/token_service_answer.h"

#include <nlohmann/json.hpp>

#include "http/cors.h"

namespace rhumb::access {

namespace {

using Json = nlohmann::ordered_json;

http::Response json_response(const Json& json, TokenFormat format) {
    // A name may hold what a client sent; JSON holds UTF-8.
    return http::text_response(200, "application/json; charset=utf-8",
                               json.dump(format == TokenFormat::pjson ? 2 : -1, ' ', false,
                                         Json::error_handler_t::replace));
}

constexpr std::string_view text_type = "text/plain; charset=utf-8";

bool is_of_http(int code) { return code == 405 || code == 413 || code == 500 || code == 503; }

std::string_view message_of(int code) {
    switch (code) {
        case 403: return "SSL Required";  // Esri's JavaScript repeats over https when it reads this
        case 405: return "The method is not supported.";
        case 413: return "The request is too large.";
        case 503: return "The token service is not available now.";
        default: return "Unable to generate token.";
    }
}

}  // namespace

TokenRefusal to_token_refusal(const Error& error) {
    using namespace std::chrono_literals;
    switch (error.kind) {
        case ErrorKind::invalid: return {400, error.message};
        case ErrorKind::too_large: return {413, error.message};
        case ErrorKind::unavailable: return {503, "Try again in a moment.", 2s};
        default: return {500, "The server could not do it; its log says why."};
    }
}

http::Response answer(const identity::IssuedToken& token, TokenFormat format,
                      const TokenForm& form) {
    if (format == TokenFormat::page) return token_page_response(200, render_token(form, token));
    if (format == TokenFormat::text) return http::text_response(200, text_type, token.text);
    const auto expires = std::chrono::milliseconds{token.facts.expires.time_since_epoch()};
    // ssl: clients of Esri use https for whatever they ask with this token.
    return json_response({{"token", token.text}, {"expires", expires.count()}, {"ssl", true}},
                         format);
}

http::Response answer(const TokenRefusal& refusal, TokenFormat format, TokenForm form) {
    http::Response response;
    const std::string message{message_of(refusal.code)};
    if (format == TokenFormat::page) {
        form.fault = refusal.code == 400 ? refusal.detail : message + " " + refusal.detail;
        response = token_page_response(refusal.code, render_token_form(form));
    } else if (format == TokenFormat::text) {
        response = http::text_response(refusal.code, text_type, message + " " + refusal.detail);
    } else {
        auto details = Json::array();
        if (!refusal.detail.empty()) details.push_back(refusal.detail);
        const Json error{{"code", refusal.code}, {"message", message}, {"details", details}};
        response = json_response({{"error", error}}, format);
        if (is_of_http(refusal.code)) response.status = refusal.code;
    }
    if (refusal.code == 405) response.headers.set("allow", "GET, HEAD, POST, OPTIONS");
    if (refusal.retry_after)
        response.headers.set("retry-after", fmt::to_string(refusal.retry_after->count()));
    return response;
}

void protect_token_answer(http::Response& response) {
    response.headers.set("cache-control", "no-store");
    // Not no-referrer: then browsers call the origin of a form «null».
    response.headers.set("referrer-policy", "same-origin");
    http::allow_other_origins(response);
}

}  // namespace rhumb::access
