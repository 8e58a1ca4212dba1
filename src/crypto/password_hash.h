#pragma once
/// Hashes of passwords: Argon2id (RFC 9106) by libsodium. A hash is a text that says by itself how
/// it was made ("$argon2id$v=19$m=…,t=…,p=1$salt$hash").

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::crypto {

/// What one hash, and each look at a password, costs.
struct HashCost {
    std::uint64_t passes = 2;
    std::uint64_t memory_bytes = std::uint64_t{64} << 20U;

    bool operator==(const HashCost&) const = default;
};

/// Longer ones are refused everywhere, so that nobody can have much hashed.
inline constexpr std::size_t password_bytes_max = 1024;

/// The cost at which a hash takes this machine about `wanted`: 64 MiB of memory and as many passes
/// as that takes, from 2 (RFC 9106 section 4 has 3 for that memory; libsodium's interactive limit
/// is 2) to 16. Hashes some times; blocks for a second.
Result<HashCost> measure_hash_cost(std::chrono::milliseconds wanted);

/// `invalid`: longer than allowed; `unavailable`: there is not that much memory now. Any thread;
/// blocks for as long as the cost says, so never on a loop.
Result<std::string> hash_password(std::string_view password, const HashCost& cost);

/// A hash that is nobody's: made of random bytes, no password is known for it. To look at one costs
/// as much as with any hash of that cost; to make it costs nothing.
Result<std::string> nobodys_hash(const HashCost& cost);

/// Whether it is the password of that hash. Never true for a text that is no hash, or for a
/// password that is too long. `unavailable`: there is not the memory that the hash asks for. As
/// slow as hash_password().
Result<bool> is_password(std::string_view hash, std::string_view password);

/// True when the hash was made at another cost, or is none: make it anew when the password is at
/// hand.
bool needs_new_hash(std::string_view hash, const HashCost& cost);

}  // namespace rhumb::crypto
