#pragma once
/// What Rhumb makes of the claims of an OpenID provider: a user with roles. Pure.

#include <string>
#include <vector>

#include "base/result.h"
#include "config/provider.h"
#include "openid/claims.h"

namespace rhumb::providers {

struct OpenIdFacts {
    std::string name{};
    std::string full_name{};  ///< "" where it is no line
    std::string email{};
    std::vector<std::string> roles{};  ///< sorted, each once, at most `openid_roles_max`
};

inline constexpr std::size_t openid_roles_max = 500;

/// `denied`: there is no name, or none that somebody can have here; an address of mail as name that
/// the provider itself calls unverified. Roles whose names can be none here are left out; of a name
/// like Keycloak's "/planners" the slash is.
Result<OpenIdFacts> to_facts(const openid::Claims& claims, const config::OpenIdProvider& settings);

}  // namespace rhumb::providers
