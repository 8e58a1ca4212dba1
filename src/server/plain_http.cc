#include "server/plain_http.h"

#include "base/text.h"

namespace rhumb::server {

net::Sure<http::Response> PlainHttpOnHttpsPort::respond(http::Request& request) {
    const auto port = request.channel->local.port;
    const auto& name = request.host.empty() ? request.channel->local.ip : request.host;
    const auto host = name.find(':') == std::string::npos ? name : fmt::format("[{}]", name);
    const auto url = fmt::format("https://{}{}{}", host, port == 443 ? "" : fmt::format(":{}", port), request.target());
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
