#pragma once
/// Reading the secrets that a configuration names.

#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"
#include "providers/provider.h"

namespace rhumb::providers {

/// "store:NAME" (of `typed_secrets`, else of the store), "file:/path" (its first line, without the
/// line break; refused when everybody on the machine may read it, or a group write it), "": an
/// empty one. The error names the place, and the command that mends it.
Result<crypto::Secret> read_secret(std::string_view place, const Surroundings& surroundings);

}  // namespace rhumb::providers
