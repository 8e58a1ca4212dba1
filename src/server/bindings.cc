#include "server/bindings.h"

#include <algorithm>

namespace rhumb::server {

std::vector<Bindings::Wanted> Bindings::wanted_by(const config::Document& document) {
    std::vector<Wanted> wanted;
    for (const auto& site : document.sites)
        for (const auto& binding : site.bindings)
            wanted.push_back({binding.address, binding.port, binding.https});
    std::ranges::sort(wanted);
    const auto repeated = std::ranges::unique(wanted);
    wanted.erase(repeated.begin(), repeated.end());
    return wanted;
}

Result<void> Bindings::open(const config::Document& document) {
    opened_.clear();
    for (const auto& wanted : wanted_by(document)) {
        if (live_.contains(wanted)) continue;
        // The same port changing from http to https (or back) is served by the socket that is open
        // already only after the old one is closed: that is two changes.
        auto sockets = loops_.open({wanted.address, wanted.port});
        if (!sockets) {
            opened_.clear();
            return tl::unexpected(std::move(sockets).error());
        }
        const net::Endpoint endpoint{wanted.address, sockets->front().port()};
        opened_.emplace(wanted, Opened{endpoint, std::move(*sockets)});
    }
    return {};
}

config::Document Bindings::with_actual_ports(config::Document document) const {
    for (auto& site : document.sites)
        for (auto& binding : site.bindings) binding.port = actual_port(binding);
    return document;
}

std::uint16_t Bindings::actual_port(const config::Binding& binding) const {
    const Wanted wanted{binding.address, binding.port, binding.https};
    if (const auto found = live_.find(wanted); found != live_.end())
        return found->second->endpoint.port;
    if (const auto found = opened_.find(wanted); found != opened_.end())
        return found->second.endpoint.port;
    return binding.port;
}

Result<std::shared_ptr<const BindingSettings>> Bindings::make_settings(
    const config::Document& document, const Wanted& wanted, const net::Endpoint& endpoint) const {
    const auto& limits = document.server.limits;
    auto settings = std::make_shared<BindingSettings>();
    settings->limits = {.header_timeout = limits.header_seconds,
                        .body_timeout = limits.body_seconds,
                        .idle_timeout = limits.idle_seconds,
                        .write_timeout = limits.write_seconds,
                        .header_bytes_max = limits.header_bytes,
                        .header_fields_max = limits.header_fields,
                        .body_bytes_max = static_cast<std::size_t>(limits.body_bytes),
                        .requests_max = limits.requests_per_connection,
                        .streams_max = limits.http2_streams};
    settings->handshake_timeout = limits.handshake_seconds;
    settings->connections_max = limits.connections;
    if (wanted.https) {
        auto source = std::make_shared<site::EndpointCredentials>(endpoint, shared_.sites,
                                                                  shared_.credentials);
        TRY(settings->tls,
            tls::ServerContext::make(
                {.credentials = source,
                 .profile_of = [source](std::string_view name) { return source->profile_of(name); },
                 .tickets = shared_.tickets,
                 .offers_http2 = true,
                 .asks_of = [source, &judge = shared_.certificates](std::string_view name)
                     -> std::shared_ptr<const tls::AuthorityNames> {
                     return source->wants_certificates(name) ? judge.authority_names() : nullptr;
                 }}));
    }
    return settings;
}

Result<void> Bindings::commit(const config::Document& document) {
    const auto wanted = wanted_by(document);
    std::erase_if(live_, [&](const auto& entry) {
        if (std::ranges::binary_search(wanted, entry.first)) return false;
        loops_.unlisten(entry.second->endpoint);
        return true;
    });
    for (auto& [key, binding] : live_) {
        TRY(auto settings, make_settings(document, key, binding->endpoint));
        binding->settings.replace(std::move(settings));
    }
    for (auto& [key, opened] : opened_) {
        TRY(auto settings, make_settings(document, key, opened.endpoint));
        auto binding = std::make_shared<Binding>(
            opened.endpoint,
            std::make_unique<Counted>(
                std::make_unique<site::Application>(opened.endpoint, shared_.sites, shared_.hsts),
                shared_.traffic),
            std::move(settings));
        loops_.listen(binding, std::move(opened.sockets));
        live_.emplace(key, std::move(binding));
    }
    opened_.clear();
    return {};
}

}  // namespace rhumb::server
