#include "server/plain_http.h"

#include "base/text.h"
#include "policy/channel.h"

namespace rhumb::server {

net::Sure<http::Response> PlainHttpOnHttpsPort::respond(http::Request& request) {
    const auto url = policy::to_https_url(request, request.channel->local.port);
    const auto shown = text::escape_html(url);
    auto response = http::text_response(
        400, "text/html; charset=utf-8",
        fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>This port speaks HTTPS</title></head>\n"
                    "<body><h1>This port speaks HTTPS</h1>\n<p>The request came over plain HTTP. Use <a href=\"{}\">{}</a> instead.</p>\n"
                    "</body></html>\n",
                    shown, shown));
    response.headers.add("cache-control", "no-store");
    response.headers.add("content-security-policy", "default-src 'none'");
    response.headers.add("connection", "close");
    co_return response;
}

}  // namespace rhumb::server
