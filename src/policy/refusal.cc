#include "policy/refusal.h"

#include <string>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "http/parameters.h"
#include "http/target.h"

namespace rhumb::policy {

namespace {

constexpr int substatus_ssl_required = 4;

bool accepts(const http::Request& request, std::string_view type) {
    return text::to_lower(request.headers.joined("accept")).find(type) != std::string::npos;
}

Audience audience_of_gis(const http::Request& request, std::string_view format) {
    if (format == "json" || format == "pjson" || format == "geojson" || format == "pbf")
        return Audience::gis_client;
    if (!format.empty()) return format == "html" ? Audience::person : Audience::gis_image;
    const bool is_posted_by_program =
        request.method == http::Method::post && !accepts(request, "text/html");
    return is_posted_by_program ? Audience::gis_client : Audience::person;
}

}  // namespace

std::string format_of(const http::Request& request) {
    if (request.parameters) return text::to_lower(text::trim(request.parameters->get("f")));
    return text::to_lower(text::trim(http::find_parameter(request.query, "f").value_or("")));
}

bool takes_html(const http::Request& request) { return accepts(request, "text/html"); }

bool wants_json(const http::Request& request) {
    const auto format = format_of(request);
    if (format.empty()) return accepts(request, "json") && !accepts(request, "text/html");
    return format == "json" || format == "pjson" || format == "geojson";
}

Audience audience_of(const http::Request& request, bool is_gis_path) {
    if (is_gis_path) return audience_of_gis(request, format_of(request));
    return wants_json(request) ? Audience::program : Audience::person;
}

namespace {

constexpr std::string_view no_https =
    "This site has no https address yet. Ask the one who runs it.";

std::string to_text(const nlohmann::ordered_json& json) {
    // An address holds what a client sent; JSON holds UTF-8.
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// "permission" must not be in this text: the Esri client would ask for a login instead of trying
/// https.
std::string gis_error(std::string_view url) {
    const auto details =
        nlohmann::ordered_json::array({"SSL Required", url.empty() ? no_https : url});
    return to_text({{"error", {{"code", 403}, {"message", "SSL Required"}, {"details", details}}}});
}

std::string problem(std::string_view url) {
    nlohmann::ordered_json problem{
        {"status", 403}, {"substatus", substatus_ssl_required}, {"title", "HTTPS is required"}};
    problem[url.empty() ? "detail" : "url"] = url.empty() ? no_https : url;
    return to_text(problem);
}

http::Response page(std::string_view url) {
    const auto shown = text::escape_html(url);
    const auto advice = url.empty()
                            ? fmt::format("<p>{}</p>", no_https)
                            : fmt::format("<p>Use:</p>\n<p><a href=\"{0}\">{0}</a></p>", shown);
    return refusal_page(
        403, "HTTPS is required",
        "<p>This page is not sent over plain HTTP, where others could read it on the way.</p>\n" +
            advice,
        "403.4");
}

http::Response worded(std::string_view url, Audience audience) {
    constexpr std::string_view json = "application/json; charset=utf-8";
    switch (audience) {
        case Audience::person: break;
        case Audience::program: return http::text_response(403, json, problem(url));
        case Audience::gis_client: return http::text_response(200, json, gis_error(url));
        case Audience::gis_image: return http::text_response(403, json, gis_error(url));
    }
    return page(url);
}

}  // namespace

http::Response refusal_page(int status, std::string_view title, std::string_view body,
                            std::string_view number) {
    auto response = http::text_response(
        status, "text/html; charset=utf-8",
        fmt::format(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
            "<title>{0}</title>\n<style>:root{{color-scheme:light dark}}"
            "body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:12vh auto;padding:0 1rem;overflow-wrap:anywhere}}</style></head>\n"
            "<body><main><h1>{0}</h1>\n{1}\n<p><small>{2}</small></p></main></body>\n</html>\n",
            text::escape_html(title), body, number));
    response.headers.add(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    return response;
}

http::Response refuse(std::string_view https_url, Audience audience) {
    auto response = worded(https_url, audience);
    response.substatus = substatus_ssl_required;
    response.headers.add("cache-control", "no-store");
    response.headers.add("vary", "accept");
    if (audience == Audience::gis_client || audience == Audience::gis_image)
        response.headers.add("access-control-allow-origin", "*");
    return response;
}

http::Response redirect(std::string_view https_url) {
    auto response = http::redirect_response(308, https_url);
    response.headers.add("cache-control", "no-store");
    response.headers.add("access-control-allow-origin", "*");
    return response;
}

}  // namespace rhumb::policy
