#pragma once
/// Keyed digests (RFC 2104).

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::crypto {

/// The 20 bytes of HMAC-SHA-1, which one-time codes are made of (RFC 4226). For nothing new.
Result<std::string> hmac_sha1(std::string_view key, std::string_view message);

/// The 32 bytes of HMAC-SHA-256.
Result<std::string> hmac_sha256(std::string_view key, std::string_view message);

}  // namespace rhumb::crypto
