#include "site/site.h"

#include <algorithm>

#include "policy/refusal.h"
#include "site/error_page.h"
#include "site/urls.h"

namespace rhumb::site {

Site::Site(Parts parts, const Clock& clock, const observe::Log& log)
    : parts_{std::move(parts)},
      surroundings_{std::move(parts_.rules), std::move(parts_.proxies),
                    [this](const http::Request& request) {
                        return https_url(request, parts_.configuration);
                    }},
      headers_{own_headers()},
      clock_{clock},
      log_{log} {
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
    access::Place place;
    if (route != nullptr) place = {route->is_gis, route->is_entrance, route->checks_forms};
    access::Judgement judgement;
    if (!access::Gate::passes(request, surroundings_, place))
        judgement = co_await judge(request, place);
    http::Response response;
    if (judgement.refusal) {
        response = std::move(*judgement.refusal);
        // One with a number of its own says more than a page of the site can.
        const auto type = response.headers.find("content-type").value_or("");
        if (response.status >= 400 && response.substatus == 0 && type.starts_with("text/html"))
            co_await use_own_error_page(request, response);
    } else {
        response = co_await handle(request, route);
    }
    access::mark_personal(request, response, judgement.is_personal);
    response.headers.append(headers_);
    co_return response;
}

net::Sure<access::Judgement> Site::judge(http::Request& request, access::Place place) const {
    if (parts_.gate != nullptr)
        co_return co_await parts_.gate->judge(request, surroundings_, place);
    const auto holding = surroundings_.rules().at(request.path);
    auto refusal = access::judge_channel(request, surroundings_, holding, place);
    const bool is_for_some = !holding.allow_by.empty() || place.is_entrance ||
                             holding.client_certificate == config::ClientCertificate::require;
    if (!refusal && is_for_some) refusal = error_page(request, 503, 0, "");
    co_return access::Judgement{.refusal = std::move(refusal)};
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
    for (const auto* name :
         {"allow", "retry-after", "content-range", "www-authenticate", "vary", "referrer-policy"})
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
