#pragma once
/// Digests.

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::crypto {

/// The 32 bytes of SHA-256 over `bytes`.
Result<std::string> sha256(std::string_view bytes);

}  // namespace rhumb::crypto
