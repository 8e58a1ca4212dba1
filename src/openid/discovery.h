#pragma once
/// What a provider says of itself (OpenID Connect Discovery 1.0, RFC 8414). Values in, values out.

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::openid {

struct Discovery {
    std::string issuer{};
    std::string authorization_endpoint{};
    std::string token_endpoint{};
    std::string jwks_uri{};
    std::string userinfo_endpoint{};       ///< "": none
    std::string end_session_endpoint{};    ///< "": nobody can be signed out there
    bool takes_secret_in_header = true;    ///< client_secret_basic; else client_secret_post
    bool names_issuer_in_answers = false;  ///< RFC 9207
};

/// Where an issuer tells of itself: "<issuer>/.well-known/openid-configuration".
std::string discovery_url(std::string_view issuer);

/// An issuer is an https URL without query and fragment; http for this machine alone. `invalid`
/// names what is wrong.
Result<void> check_issuer(std::string_view issuer);

/// `invalid`: not what an issuer says of itself, said by another issuer (they are compared byte for
/// byte, Discovery section 4.3), without what Rhumb needs, or with an endpoint in the clear.
Result<Discovery> parse_discovery(std::string_view json, std::string_view issuer);

}  // namespace rhumb::openid
