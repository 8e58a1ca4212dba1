#pragma once
/// OpenID Connect: users sign in at the provider's page, and roles are what it says of them.

#include <memory>

#include "providers/provider.h"

namespace rhumb::providers {

/// As Kind::make: connects to nothing yet.
Result<std::unique_ptr<Provider>> make_openid(const config::Provider& provider,
                                              const Surroundings& surroundings);

}  // namespace rhumb::providers
