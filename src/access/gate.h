#pragma once
/// Gate: lets a request in, or says why not. It stands before every handler.

#include <memory>
#include <optional>
#include <string>

#include "access/parts.h"
#include "http/message.h"
#include "policy/rules.h"

namespace rhumb::access {

class ClientCertificates;  // access/client_certificates.h

/// What of the site the gate has to know.
struct Surroundings {
    const policy::Rules& rules;
    bool is_gis = false;      ///< refusals are worded for GIS clients
    std::string https_url{};  ///< the request's address over HTTPS; "": the site has none
    std::string gis_path{};   ///< "/arcgis", where the catalogue is; "": none
    std::string login_path = "/login";
};

/// Immutable; all loops at once.
class Gate {
public:
    Gate(const Parts& parts, const ClientCertificates& certificates)
        : parts_{parts}, certificates_{certificates} {}

    /// Nothing: the request may go on to its handler, and has caller, client_ip and sight. Else
    /// what the client is told: 403.4 (or 308) without HTTPS where that is required or where
    /// something that proves who asks was sent; 403.7, 403.13, 403.16, 403.17 for certificates; the
    /// page for signing in, 401, 403, or 498 and 499 as GIS clients read them.
    net::Sure<std::optional<http::Response>> judge(http::Request& request,
                                                   const Surroundings& surroundings) const;

private:
    const Parts& parts_;
    const ClientCertificates& certificates_;
};

}  // namespace rhumb::access
