#include "site/site.h"

#include <algorithm>

#include "policy/refusal.h"
#include "site/error_page.h"
#include "site/urls.h"

namespace rhumb::site {

Site::Site(Parts parts, const Clock& clock, const observe::Log& log)
    : parts_{std::move(parts)}, headers_{own_headers()}, clock_{clock}, log_{log} {
    // The longest path first: the first that covers a request is the nearest.
    std::ranges::stable_sort(parts_.routes, std::ranges::greater{},
                             [](const Route& route) { return route.path.size(); });
}

const config::Binding* Site::find_binding(const net::Endpoint& endpoint) const {
    const auto& bindings = parts_.configuration.bindings;
    const auto found = std::ranges::find_if(bindings, [&](const config::Binding& one) {
        return one.address == endpoint.ip && one.port == endpoint.port;
    });
    return found == bindings.end() ? nullptr : &*found;
}

http::Headers Site::own_headers() const {
    http::Headers headers;
    headers.add("server", "Rhumb");
    for (const auto& [name, value] : parts_.configuration.headers) headers.set(name, value);
    return headers;
}

const Route* Site::find_route(std::string_view path) const {
    const auto found = std::ranges::find_if(parts_.routes, [path](const Route& route) {
        return policy::covers(route.path, path, route.is_gis);
    });
    return found == parts_.routes.end() ? nullptr : &*found;
}

net::Sure<http::Response> Site::respond(http::Request& request) const {
    request.public_origin = parts_.public_origin;
    const Route* const route = find_route(request.path);
    http::Response response;
    const auto rule =
        request.channel->is_secure ? config::RequireHttps::no : parts_.rules.at(request.path).require_https;
    if (rule == config::RequireHttps::no) {
        response = co_await handle(request, route);
    } else {
        const auto url = https_url(request, parts_.configuration);
        const bool may_redirect = rule == config::RequireHttps::redirect && !url.empty();
        response = may_redirect
                       ? policy::redirect(url)
                       : policy::refuse(
                             url, policy::audience_of(request, route != nullptr && route->is_gis));
    }
    response.headers.append(headers_);
    co_return response;
}

net::Sure<http::Response> Site::handle(http::Request& request, const Route* route) const {
    if (route == nullptr) co_return error_page(request, 404, 0, "");
    if (request.method == http::Method::trace || request.method == http::Method::connect) {
        auto response = error_page(request, 405, 0, "");
        response.headers.add("allow", "GET, HEAD, POST, OPTIONS");
        co_return response;
    }
    auto handled = co_await route->handler->handle(request);
    if (!handled) {
        if (handled.error().kind == ErrorKind::internal)
            log_.error("site", "{} {}: {}", request.method_name, request.raw_path,
                       handled.error().message);
        handled = error_page(request, handled.error());
    }
    http::Response response = std::move(*handled);
    if (response.status >= 400) {
        if (std::holds_alternative<std::monostate>(response.body))
            fill_error_body(request, response);
        co_await use_own_error_page(request, response);
    }
    co_return response;
}

net::Sure<void> Site::use_own_error_page(http::Request& request, http::Response& response) const {
    const auto own = parts_.configuration.error_pages.find(response.status);
    if (own == parts_.configuration.error_pages.end()) co_return;
    const Route* const route = find_route(own->second);
    if (route == nullptr || route->is_gis) co_return;
    http::Request page_request;
    page_request.path = page_request.raw_path = own->second;
    page_request.version = request.version;
    page_request.host = request.host;
    page_request.channel = request.channel;
    page_request.body = request.body;
    auto page = co_await route->handler->handle(page_request);
    if (!page || page->status != 200) {
        log_.warning("site",
                     "the error page {} for {} of «{}» cannot be read; the built-in page is used",
                     own->second, response.status, parts_.configuration.name);
        co_return;
    }
    page->status = response.status;
    page->substatus = response.substatus;
    for (const auto* name : {"etag", "last-modified", "accept-ranges"}) page->headers.remove(name);
    for (const auto* name : {"allow", "retry-after", "content-range"})
        if (const auto value = response.headers.find(name)) page->headers.set(name, *value);
    page->headers.set("cache-control", "no-store");
    response = std::move(*page);
}

void Site::finished(const http::Request& request, const http::Exchange& exchange) const {
    if (!parts_.access_log) return;
    parts_.access_log->append(
        access_log_line(parts_.access_log->format(), request, exchange, clock_.now()));
}

}  // namespace rhumb::site
