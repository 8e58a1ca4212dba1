#pragma once
/// Gate: lets a request in, or says why not. It stands before every handler.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access/address.h"
#include "access/asker.h"
#include "access/parts.h"
#include "http/message.h"
#include "policy/rules.h"

namespace rhumb::access {

class ClientCertificates;  // access/client_certificates.h

/// What of a site the gate has to know; made once for each, and outlives its requests.
class Surroundings {
public:
    /// `https_url`: the address of a request over HTTPS; "": the site has none.
    Surroundings(policy::Rules rules, TrustedProxies proxies,
                 std::function<std::string(const http::Request&)> https_url,
                 std::string login_path = "/login");

    const policy::Rules& rules() const { return rules_; }
    const TrustedProxies& proxies() const { return proxies_; }
    std::string https_url(const http::Request& request) const { return https_url_(request); }
    const std::string& login_path() const { return login_path_; }
    /// Some path is not for everybody.
    bool has_people() const { return has_people_; }
    /// Nothing that is said anywhere matters to a request of nobody: over HTTPS, in the clear.
    bool is_open(bool is_secure) const { return is_secure ? is_open_secured_ : is_open_clear_; }

private:
    policy::Rules rules_;
    TrustedProxies proxies_;
    std::function<std::string(const http::Request&)> https_url_;
    std::string login_path_;
    bool has_people_ = false;
    bool is_open_secured_ = false;
    bool is_open_clear_ = false;
};

/// What kind of place in a site was asked for.
struct Place {
    bool is_gis = false;  ///< refusals are worded for GIS clients
    /// Where somebody becomes somebody, or administers: over HTTPS alone, and forms there are read
    /// by who answers.
    bool is_entrance = false;
    bool checks_forms = false;  ///< who answers looks for its forms' secret itself
};

/// What comes of a request.
struct Judgement {
    std::optional<http::Response> refusal{};  ///< nothing: it goes on to its handler
    bool is_personal = false;                 ///< another would perhaps not get this answer
};

/// Only what the channel decides: 403.4, or 308. Nothing: it may be served over this channel.
std::optional<http::Response> judge_channel(const http::Request& request,
                                            const Surroundings& surroundings,
                                            const policy::Holding& holding, Place place);

/// Immutable; all loops at once.
class Gate {
public:
    Gate(const Parts& parts, const ClientCertificates& certificates)
        : parts_{parts}, certificates_{certificates} {}

    /// Sets the client's address. True: nothing is to be judged, for the site is open to anyone and
    /// the request shows nothing that proves who asks. Costs next to nothing.
    static bool passes(http::Request& request, const Surroundings& surroundings, Place place);

    /// Sets the client's address, the caller and the sight of the request, or says what the client
    /// is told: 403.4 (or 308) without HTTPS where that is required or where something that proves
    /// who asks was sent; 403.7, 403.13, 403.16, 403.17 for certificates; the page for signing in,
    /// 401, 403, or 498 and 499 as GIS clients read them; 503 when the user store cannot say.
    net::Sure<Judgement> judge(http::Request& request, const Surroundings& surroundings,
                               Place place) const;

private:
    net::Sure<std::optional<http::Response>> judge_person(http::Request& request,
                                                          const Surroundings& surroundings,
                                                          const policy::Holding& holding,
                                                          Place place, Proof proof) const;

    const Parts& parts_;
    const ClientCertificates& certificates_;
};

/// What is said with an answer that another would not get, or that was asked for with a secret in
/// its address: shared caches keep none, browsers ask again, and tell no other site the address.
void mark_personal(const http::Request& request, http::Response& response, bool is_personal);

}  // namespace rhumb::access
