#pragma once
/// The kinds "ldap" and "active-directory". docs/providers.md has them for people.

#include <memory>

#include "providers/provider.h"

namespace rhumb::providers {

/// Connects to nothing yet. `invalid`: settings that make no sense; errors of read_secret().
Result<std::unique_ptr<Provider>> make_ldap(const config::Provider& provider,
                                            const Surroundings& surroundings);

}  // namespace rhumb::providers
