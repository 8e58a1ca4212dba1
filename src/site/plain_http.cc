#include "site/plain_http.h"

#include "base/text.h"

namespace rhumb::site {

http::Response speaks_https(std::string_view https_url) {
    const auto shown = text::escape_html(https_url);
    auto response = http::text_response(
        400, "text/html; charset=utf-8",
        fmt::format(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>This port speaks HTTPS</title></head>\n"
            "<body><h1>This port speaks HTTPS</h1>\n<p>The request came over plain HTTP. Use <a href=\"{}\">{}</a> instead.</p>\n"
            "</body></html>\n",
            shown, shown));
    response.headers.add("cache-control", "no-store");
    response.headers.add("content-security-policy", "default-src 'none'");
    response.headers.add("connection", "close");
    return response;
}

}  // namespace rhumb::site
