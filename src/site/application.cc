#include "site/application.h"

#include "site/error_page.h"
#include "site/plain_http.h"
#include "site/served.h"
#include "site/urls.h"

namespace rhumb::site {

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
    request.attachment = std::shared_ptr<const Site>{std::move(sites), site};
    auto response = co_await site->respond(request);
    if (const auto* const binding = hsts_ ? site->find_binding(endpoint_) : nullptr)
        if (const auto value = hsts_->value(request, site->configuration(), *binding);
            !value.empty())
            response.headers.set("strict-transport-security", value);
    co_return response;
}

void Application::finished(const http::Request& request, const http::Exchange& exchange) {
    if (request.attachment)
        return static_cast<const Site*>(request.attachment.get())->finished(request, exchange);
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
