#pragma once
/// Secrets that the configuration names as "store:NAME": put into the store, sealed, and taken out
/// of it. What is inside only read_secret() (secret_place.h) gives.

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/seal.h"
#include "observe/actor.h"
#include "storage/secrets.h"
#include "storage/store.h"

namespace rhumb::providers {

/// The largest value of a secret.
inline constexpr std::size_t secret_bytes_max = 64U << 10U;

/// Adds it, or puts the value in the place of the one it had, in one transaction with its entry in
/// the audit trail ("secret.added", "secret.changed"; never the value). True when it is new.
/// `invalid`: a bad name, an empty value, or one that is too long.
Result<bool> set_secret(storage::Store& store, const crypto::Seal& seal, std::string_view name,
                        std::string_view value, const observe::Actor& actor, Seconds now);
/// The same as a part of a larger change.
Result<bool> set_secret(storage::Transaction& transaction, const crypto::Seal& seal,
                        std::string_view name, std::string_view value, const observe::Actor& actor,
                        Seconds now);

/// `not_found`. Whether something needs it is for the caller to ask (config/secret_place.h).
Result<void> remove_secret(storage::Store& store, std::string_view name,
                           const observe::Actor& actor, Seconds now);

}  // namespace rhumb::providers
