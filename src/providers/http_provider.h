#pragma once
/// kind = "http": the contract of custom providers over HTTP, signed in both directions.

#include <memory>

#include "base/result.h"
#include "providers/provider.h"

namespace rhumb::providers {

/// `invalid`: no https URL (http for this machine alone), a secret that cannot be read.
Result<std::unique_ptr<Provider>> make_http_provider(const config::Provider& provider,
                                                     const Surroundings& surroundings);

}  // namespace rhumb::providers
