#pragma once
/// Random bytes fit for keys, nonces and serial numbers.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "crypto/secret.h"

namespace rhumb::crypto {

/// `count` bytes that nobody can guess; for what may be seen (nonces, serials, identifiers).
Result<std::string> random_bytes(std::size_t count);

/// The same for what nobody may see.
Result<Secret> random_secret(std::size_t count);

/// A number from 0 up to but without `bound` (not 0), each as likely as the other.
Result<std::uint64_t> random_below(std::uint64_t bound);

}  // namespace rhumb::crypto
