#include "policy/channel.h"

#include <algorithm>

#include "base/text.h"
#include "http/target.h"

namespace rhumb::policy {

bool covers(std::string_view above, std::string_view path, bool ignores_case) {
    if (above == "/") return true;
    if (path.size() < above.size()) return false;
    const auto begin = path.substr(0, above.size());
    const bool is_same = ignores_case ? text::iequals(begin, above) : begin == above;
    return is_same && (path.size() == above.size() || path[above.size()] == '/');
}

ChannelRules::ChannelRules(config::RequireHttps of_site, std::vector<Statement> statements)
    : of_site_{of_site}, statements_{std::move(statements)} {
    std::ranges::stable_sort(statements_, std::ranges::greater{}, [](const Statement& s) { return s.path.size(); });
}

config::RequireHttps ChannelRules::at(std::string_view path) const {
    if (path.starts_with("/.well-known/")) return config::RequireHttps::no;
    const auto nearest = std::ranges::find_if(
        statements_, [path](const Statement& s) { return covers(s.path, path, s.ignores_case); });
    return nearest == statements_.end() ? of_site_ : nearest->rule;
}

Audience audience_of(const http::Request& request, bool is_gis_path) {
    const auto format = http::find_parameter(request.query, "f");
    if (is_gis_path) {
        const bool wants_page = !format || text::iequals(*format, "html");
        // A form may carry f=json in its body, which is not read over a channel that is refused.
        return wants_page && request.method != http::Method::post ? Audience::person : Audience::gis_client;
    }
    const auto accept = request.headers.find("accept").value_or("");
    const bool wants_json = accept.find("json") != std::string_view::npos && accept.find("text/html") == std::string_view::npos;
    return wants_json || (format && text::istarts_with(*format, "json")) ? Audience::program : Audience::person;
}

namespace {

std::string json_string(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;  // a URL has no control bytes
    }
    return quoted + '"';
}

std::string page(std::string_view url) {
    const auto shown = text::escape_html(url);
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        "<title>HTTPS is required</title>\n<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:12vh auto;padding:0 1rem}}"
        "small{{color:#667}}:root{{color-scheme:light dark}}</style></head>\n"
        "<body><main><h1>HTTPS is required</h1>\n<p>This page is not sent over plain HTTP, where others could read it on the way. Use:</p>\n"
        "<p><a href=\"{}\">{}</a></p>\n<p><small>403.4</small></p></main></body>\n</html>\n",
        shown, shown);
}

}  // namespace

http::Response refuse(std::string_view https_url, Audience audience) {
    auto response = [&] {
        switch (audience) {
            case Audience::person: return http::text_response(403, "text/html; charset=utf-8", page(https_url));
            case Audience::program:
                return http::text_response(403, "application/json; charset=utf-8",
                                           fmt::format(R"({{"status":403,"substatus":4,"title":"HTTPS is required","url":{}}})", json_string(https_url)) + "\n");
            case Audience::gis_client: break;
        }
        // "permission" must not be in this text: the Esri client would ask for a login instead of trying https.
        return http::text_response(200, "application/json; charset=utf-8",
                                   fmt::format(R"({{"error":{{"code":403,"message":"SSL Required","details":["SSL Required",{}]}}}})", json_string(https_url)));
    }();
    response.substatus = 4;
    response.headers.set("cache-control", "no-store");
    response.headers.set("vary", "accept");
    if (audience == Audience::person) response.headers.set("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
    if (audience == Audience::gis_client) response.headers.set("access-control-allow-origin", "*");
    return response;
}

http::Response redirect(std::string_view https_url) {
    auto response = http::redirect_response(308, https_url);
    response.headers.set("cache-control", "no-store");
    return response;
}

}  // namespace rhumb::policy
