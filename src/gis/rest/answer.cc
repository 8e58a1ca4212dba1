#include "gis/rest/answer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "gis/feature/json_text.h"
#include "gis/rest/page.h"

namespace rhumb::gis::rest {

bool Call::sees(std::string_view path) const {
    return sight == nullptr || sight->sees(fmt::format("{}/{}", services_path, path));
}

Format parse_format(std::string_view f) {
    const auto value = text::trim(f);
    if (value.empty() || text::iequals(value, "html")) return Format::html;
    if (text::iequals(value, "json")) return Format::json;
    if (text::iequals(value, "pjson")) return Format::pjson;
    if (text::iequals(value, "geojson")) return Format::geojson;
    if (text::iequals(value, "image")) return Format::image;
    return Format::other;
}

Result<std::string> parse_callback(std::string_view callback) {
    const auto is_safe = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{"_.$[]"}.find(c) != std::string_view::npos;
    };
    if (callback.size() > 200)
        return fail(ErrorKind::invalid, "'callback' is longer than a function's name");
    for (const char c : callback) {
        if (!is_safe(c))
            return fail(ErrorKind::invalid, "'callback' is not the name of a function");
    }
    return std::string{callback};
}

Refusal to_refusal(const Error& error) {
    switch (error.kind) {
        case ErrorKind::invalid:
            return {400, "Invalid or missing input parameters.", {error.message}};
        case ErrorKind::denied: return {403, "Access denied.", {error.message}};
        case ErrorKind::not_found: return {404, error.message, {}};
        case ErrorKind::conflict: return {409, error.message, {}};
        case ErrorKind::too_large:
            return {413, "The answer or the request is too large.", {error.message}};
        case ErrorKind::unavailable:
            return {503, "The service is not available now.", {error.message}};
        case ErrorKind::internal: break;
    }
    return {500, "Unable to complete operation.", {error.message}};
}

std::string error_json(const Refusal& refusal) {
    std::string json = fmt::format(R"({{"error":{{"code":{},"message":)", refusal.code);
    json_text::append_string(json, refusal.message);
    json += ",\"details\":[";
    for (std::size_t i = 0; i < refusal.details.size(); ++i) {
        if (i > 0) json += ',';
        json_text::append_string(json, refusal.details[i]);
    }
    return json += "]}}";
}

http::Response json_response(const Call& call, std::string json) {
    if (call.format == Format::pjson) json = json_text::pretty(json);
    if (!call.callback.empty()) {
        return http::text_response(200, "application/javascript; charset=utf-8",
                                   fmt::format("/**/{}({});", call.callback, json));
    }
    const auto* type = call.format == Format::geojson ? "application/geo+json; charset=utf-8"
                                                      : "application/json; charset=utf-8";
    return http::text_response(200, type, std::move(json));
}

http::Response html_response(std::string html, int status) {
    auto response = http::text_response(status, "text/html; charset=utf-8", std::move(html));
    response.headers.set(
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    response.headers.set("x-content-type-options", "nosniff");
    return response;
}

http::Response error_response(const Call& call, const Refusal& refusal) {
    const bool is_busy = refusal.code == 503;
    http::Response response;
    if (call.format == Format::html) {
        response = html_response(error_page(call, refusal),
                                 refusal.code == 498 || refusal.code == 499 ? 401 : refusal.code);
    } else {
        Call plain = call;
        if (call.format != Format::pjson) plain.format = Format::json;
        response = json_response(plain, error_json(refusal));
        // A picture has no room for a code, and a full queue is told to whatever stands between us
        // and the client.
        if (call.format == Format::image || (is_busy && call.callback.empty()))
            response.status = refusal.code;
    }
    if (is_busy) response.headers.set("retry-after", "2");
    return response;
}

}  // namespace rhumb::gis::rest
