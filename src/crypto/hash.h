#pragma once
/// Digests.

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::crypto {

/// The 32 bytes of SHA-256 over `bytes`.
Result<std::string> sha256(std::string_view bytes);

/// The 48 bytes of SHA-384, the 64 of SHA-512; for formats of others that ask for them.
Result<std::string> sha384(std::string_view bytes);
Result<std::string> sha512(std::string_view bytes);

}  // namespace rhumb::crypto
