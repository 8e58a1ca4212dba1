#pragma once
/// Application of one endpoint: finds the site for each request among those that are current.

#include <memory>

#include "base/snapshot.h"
#include "certs/credentials.h"
#include "http/handler.h"
#include "net/listener.h"
#include "site/hsts.h"
#include "site/sites.h"
#include "tls/server_context.h"

namespace rhumb::site {

/// The sites that are served now; replaced as a whole by a reload.
using CurrentSites = Snapshot<Sites>;

class Application final : public http::Application {
public:
    /// `hsts`: null: nobody is told to come by https alone.
    Application(net::Endpoint endpoint, std::shared_ptr<const CurrentSites> sites,
                std::shared_ptr<const Hsts> hsts = {})
        : endpoint_{std::move(endpoint)}, sites_{std::move(sites)}, hsts_{std::move(hsts)} {}

    net::Sure<http::Response> respond(http::Request& request) override;
    void finished(const http::Request& request, const http::Exchange& exchange) override;

private:
    net::Endpoint endpoint_;
    std::shared_ptr<const CurrentSites> sites_;
    std::shared_ptr<const Hsts> hsts_;
};

/// Chooses the certificates for a handshake at one endpoint: the site by its name, then what
/// choose() says (site/served.h).
class EndpointCredentials final : public tls::CredentialSource {
public:
    EndpointCredentials(net::Endpoint endpoint, std::shared_ptr<const CurrentSites> sites,
                        std::shared_ptr<const certs::Credentials> credentials)
        : endpoint_{std::move(endpoint)},
          sites_{std::move(sites)},
          credentials_{std::move(credentials)} {}

    tls::CredentialGroup find(std::string_view server_name) const override;
    /// What the site of that name has chosen.
    tls::Profile profile_of(std::string_view server_name) const;
    /// True when some path of that site asks for certificates of clients, or takes them.
    bool wants_certificates(std::string_view server_name) const;

private:
    net::Endpoint endpoint_;
    std::shared_ptr<const CurrentSites> sites_;
    std::shared_ptr<const certs::Credentials> credentials_;
};

}  // namespace rhumb::site
