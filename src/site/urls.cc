#include "site/urls.h"

#include <algorithm>

#include "policy/https_url.h"

namespace rhumb::site {

namespace {

/// The first that is no wildcard.
std::string_view first_host(const std::vector<std::string>& hosts) {
    const auto found =
        std::ranges::find_if(hosts, [](const auto& host) { return !host.starts_with("*."); });
    return found == hosts.end() ? std::string_view{} : *found;
}

bool is_every_address(std::string_view address) {
    return address == "*" || address == "0.0.0.0" || address == "::";
}

}  // namespace

std::uint16_t public_port(const config::Binding& binding) {
    return binding.public_port != 0 ? binding.public_port : binding.port;
}

const config::Binding* find_binding(const config::Site& site, bool https,
                                    std::string_view local_ip) {
    const config::Binding* nearest = nullptr;
    int distance = 3;
    for (const auto& binding : site.bindings) {
        if (binding.https != https) continue;
        const int its = binding.address == local_ip ? 0 : is_every_address(binding.address) ? 1 : 2;
        if (its >= distance) continue;
        nearest = &binding;
        distance = its;
    }
    return nearest;
}

std::string https_url(const http::Request& request, const config::Site& site) {
    const auto* const binding = find_binding(site, true, request.channel->local.ip);
    return policy::to_https_url(request,
                                binding == nullptr ? std::uint16_t{0} : public_port(*binding));
}

std::string https_origin(const http::Request& request, const config::Site& site) {
    if (request.public_origin.starts_with("https://")) return request.public_origin;
    const auto host = request.host.empty() ? request.channel->local.ip : request.host;
    // The port that the client wrote is the one that it reached us by.
    if (request.channel->is_secure) return http::make_origin(true, host, request.port);
    const auto* const binding = find_binding(site, true, request.channel->local.ip);
    return binding == nullptr ? std::string{}
                              : http::make_origin(true, host, public_port(*binding));
}

std::string https_url_here(const http::Request& request, const config::Binding& binding) {
    // The port that the client wrote is the one that it reached us by.
    return policy::to_https_url(request, request.port != 80 ? request.port : public_port(binding));
}

std::string origin_for_people(const config::Site& site, bool https,
                              const std::vector<std::string>& hosts) {
    const auto binding = std::ranges::find(site.bindings, https, &config::Binding::https);
    if (binding == site.bindings.end()) return {};
    std::string_view host = first_host(hosts);
    if (host.empty()) host = first_host(site.host_names);
    if (host.empty()) host = binding->address;
    if (is_every_address(host)) host = "localhost";
    return http::make_origin(https, host, public_port(*binding));
}

std::string public_http_origin(const config::Document& document,
                               const std::vector<std::string>& hosts) {
    if (document.server.public_url.starts_with("http://")) return document.server.public_url;
    for (const auto& site : document.sites) {
        const auto binding = std::ranges::find(site.bindings, false, &config::Binding::https);
        if (binding == site.bindings.end()) continue;
        const auto host = first_host(site.host_names.empty() ? hosts : site.host_names);
        if (!host.empty()) return http::make_origin(false, host, public_port(*binding));
    }
    return {};
}

}  // namespace rhumb::site
