#include "site/application.h"

#include "site/error_page.h"
#include "site/plain_http.h"
#include "site/served.h"
#include "site/urls.h"

namespace rhumb::site {

namespace {

/// What a request refers to that a proxy passed on which ends TLS.
struct Proxied {
    std::shared_ptr<const Sites> sites;
    http::Channel channel;  ///< as the client has it
};

/// From here on the request came over the channel that its client has with the proxy: all that is
/// decided and written by it follows.
void put_on(http::Request& request, http::Channel& channel, bool is_secure) {
    channel = *request.channel;
    channel.is_secure = is_secure;
    channel.server_name.clear();
    channel.tls_version = channel.tls_cipher = channel.tls_group = {};
    // Of the client, not of the proxy, one would have to be; and nobody can be asked.
    channel.client_certificate.reset();
    channel.was_asked_for_certificate = is_secure;
    channel.certificate_asker = nullptr;
    request.channel = &channel;
    // A Host without a port means the scheme's own.
    if (request.port == (is_secure ? 80 : 443)) request.port = is_secure ? 443 : 80;
}

/// The site, with what it needs for as long as the request lives.
std::shared_ptr<const Site> attach(http::Request& request, std::shared_ptr<const Sites> sites,
                                   const Site& site) {
    const auto is_secured = access::is_secured_by_proxy(request, site.proxies());
    if (!is_secured || *is_secured == request.channel->is_secure) return {std::move(sites), &site};
    auto proxied = std::make_shared<Proxied>(Proxied{std::move(sites), {}});
    put_on(request, proxied->channel, *is_secured);
    return {std::move(proxied), &site};
}

}  // namespace

net::Sure<http::Response> Application::respond(http::Request& request) {
    auto sites = sites_->get();
    const auto* const hosts = sites->find(endpoint_);
    if (hosts != nullptr && !request.channel->is_secure) {
        const auto* const first = hosts->first();
        const auto* const binding = first->find_binding(endpoint_);
        if (binding != nullptr && binding->https) {
            request.public_origin = first->public_origin();
            co_return speaks_https(https_url_here(request, *binding));
        }
    }
    const auto* const site = hosts == nullptr ? nullptr : hosts->find(request.host);
    if (site == nullptr) co_return error_page(request, 421, 0, "");
    request.attachment = attach(request, std::move(sites), *site);
    auto response = co_await site->respond(request);
    if (const auto* const binding = hsts_ ? site->find_binding(endpoint_) : nullptr)
        if (const auto value = hsts_->value(request, site->configuration(), *binding);
            !value.empty())
            response.headers.set("strict-transport-security", value);
    co_return response;
}

void Application::finished(const http::Request& request, const http::Exchange& exchange) {
    if (request.attachment) {
        static_cast<const Site*>(request.attachment.get())->finished(request, exchange);
        return;
    }
    // A request that no site has seen (malformed, or for a name of nobody) is the first site's to
    // log.
    const auto sites = sites_->get();
    const auto* const hosts = sites->find(endpoint_);
    if (hosts != nullptr && hosts->first() != nullptr) hosts->first()->finished(request, exchange);
}

tls::CredentialGroup EndpointCredentials::find(std::string_view server_name) const {
    const auto sites = sites_->get();
    const auto* const hosts = sites->find(endpoint_);
    if (hosts == nullptr) return {};
    const auto* site = hosts->find(server_name);
    if (site == nullptr) {
        site = hosts->first();
        if (site->configuration().strict_sni) return {};
    }
    const auto* const binding = site->find_binding(endpoint_);
    if (binding == nullptr) return {};
    return choose(site->configuration(), *binding, server_name, *credentials_->current())
        .credentials;
}

tls::Profile EndpointCredentials::profile_of(std::string_view server_name) const {
    const auto sites = sites_->get();
    const auto* const hosts = sites->find(endpoint_);
    if (hosts == nullptr) return tls::Profile::intermediate;
    const auto* site = hosts->find(server_name);
    if (site == nullptr) site = hosts->first();
    switch (site->configuration().tls) {
        case config::TlsProfile::modern: return tls::Profile::modern;
        case config::TlsProfile::old: return tls::Profile::old;
        case config::TlsProfile::intermediate: break;
    }
    return tls::Profile::intermediate;
}

bool EndpointCredentials::wants_certificates(std::string_view server_name) const {
    const auto sites = sites_->get();
    const auto* const hosts = sites->find(endpoint_);
    if (hosts == nullptr) return false;
    const auto* const site = hosts->find(server_name);
    return (site == nullptr ? hosts->first() : site)->rules().wants_certificates();
}

}  // namespace rhumb::site
