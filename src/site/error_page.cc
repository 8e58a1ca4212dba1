#include "site/error_page.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "policy/refusal.h"

namespace rhumb::site {

namespace {

std::string status_text(int status, int substatus) {
    return substatus == 0 ? fmt::format("{}", status) : fmt::format("{}.{}", status, substatus);
}

std::string_view plain_words(int status) {
    switch (status) {
        case 400: return "The request cannot be understood.";
        case 403: return "This page may not be seen from here.";
        case 404: return "There is nothing at this address.";
        case 405: return "This address does not answer to that method.";
        case 412: return "The page is not as the request expects it.";
        case 413: return "The request is too large.";
        case 416: return "The page has no such part.";
        case 421: return "No site of this name is served here.";
        case 500: return "Something went wrong here. It is in the log.";
        case 503: return "Too busy just now. Try again in a moment.";
        default: return "";
    }
}

std::string page(int status, int substatus, std::string_view detail) {
    const auto title = text::escape_html(http::reason_phrase(status));
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title>\n"
        "<style>:root{{color-scheme:light dark}}body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:12vh auto;padding:0 1rem}}"
        "small{{color:#667}}</style></head>\n"
        "<body><main><h1>{0}</h1>\n<p>{1}</p>\n<p><small>{2}</small></p></main></body>\n</html>\n",
        title, text::escape_html(detail.empty() ? plain_words(status) : detail),
        status_text(status, substatus));
}

}  // namespace

http::Response error_page(const http::Request& request, int status, int substatus,
                          std::string_view detail) {
    http::Response response;
    if (policy::wants_json(request)) {
        const nlohmann::ordered_json problem{
            {"status", status},
            {"substatus", substatus},
            {"title", http::reason_phrase(status)},
            {"detail", detail.empty() ? plain_words(status) : detail}};
        response = http::text_response(
            status, "application/problem+json; charset=utf-8",
            problem.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
    } else {
        response = http::text_response(status, "text/html; charset=utf-8",
                                       page(status, substatus, detail));
        response.headers.set("content-security-policy",
                             "default-src 'none'; style-src 'unsafe-inline'");
    }
    response.substatus = substatus;
    response.headers.set("cache-control", "no-store");
    if (status == 503) response.headers.set("retry-after", "2");
    return response;
}

http::Response error_page(const http::Request& request, const Error& error) {
    const int status = http::to_status(error.kind);
    return error_page(request, status, 0,
                      status >= 500 ? std::string_view{} : std::string_view{error.message});
}

void fill_error_body(const http::Request& request, http::Response& response) {
    auto page = error_page(request, response.status, response.substatus, "");
    for (std::size_t i = 0; i < page.headers.size(); ++i) {
        const auto field = page.headers.at(i);
        if (!response.headers.has(field.name)) response.headers.add(field.name, field.value);
    }
    response.body = std::move(page.body);
}

}  // namespace rhumb::site
