#pragma once
/// Site: one site of the configuration, ready to answer requests.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "access/gate.h"
#include "config/document.h"
#include "http/handler.h"
#include "net/listener.h"
#include "observe/log.h"
#include "policy/rules.h"
#include "site/access_log.h"

namespace rhumb::site {

using HandlerPointer = std::shared_ptr<const http::Handler>;

/// A path and who answers at it and below.
struct Route {
    std::string path;
    HandlerPointer handler;
    bool is_gis =
        false;  ///< paths are compared without case, and refusals are worded for GIS clients
    bool is_entrance = false;   ///< for signing in, or administering: over HTTPS alone
    bool checks_forms = false;  ///< looks for the secret of its forms itself (CSRF)
};

/// Immutable; shared by all loops.
class Site {
public:
    struct Parts {
        config::Site configuration;  ///< with the ports that there really are
        std::vector<Route> routes;
        policy::Rules rules;
        access::TrustedProxies proxies{};
        /// Null: nobody can be asked who he is, so nothing is served that is not for anyone.
        const access::Gate* gate = nullptr;
        std::string public_origin;                  ///< of [server] public_url; may be ""
        std::shared_ptr<AccessLogFile> access_log;  ///< null: none
    };
    Site(Parts parts, const Clock& clock, const observe::Log& log);
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    const config::Site& configuration() const { return parts_.configuration; }
    /// The one at `endpoint`; null when the site has none there.
    const config::Binding* find_binding(const net::Endpoint& endpoint) const;
    const std::string& public_origin() const { return parts_.public_origin; }

    const access::TrustedProxies& proxies() const { return surroundings_.proxies(); }
    /// What is said of its paths.
    const policy::Rules& rules() const { return surroundings_.rules(); }

    /// The life of a request from here: the gate (channel, certificate, who asks, who may),
    /// handler, error pages, headers of the site.
    net::Sure<http::Response> respond(http::Request& request) const;
    void finished(const http::Request& request, const http::Exchange& exchange) const;

private:
    const Route* find_route(std::string_view path) const;
    net::Sure<access::Judgement> judge(http::Request& request, access::Place place) const;
    net::Sure<http::Response> handle(http::Request& request, const Route* route) const;
    net::Sure<void> use_own_error_page(http::Request& request, http::Response& response) const;
    http::Headers own_headers() const;

    Parts parts_;  // its rules have gone to surroundings_
    access::Surroundings surroundings_;
    http::Headers headers_;
    const Clock& clock_;
    const observe::Log& log_;
};

}  // namespace rhumb::site
