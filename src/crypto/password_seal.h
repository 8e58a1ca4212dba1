#pragma once
/// Seals a secret under a password, for where no master key is at hand: the master key itself, in a
/// backup.
///
/// A blob is: "RHP" 0x01 · 1 byte log2 N · 1 byte r · 1 byte p · 16 bytes salt · a blob of Seal
/// under the key that scrypt (RFC 7914) makes of password and salt. The costs stand in the blob, so
/// that they can be raised later; those of a foreign blob are bounded before anything is computed.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"

namespace rhumb::crypto {

/// What trying one password costs: memory is 128 · N · r bytes, time N · r · p.
struct PasswordCost {
    std::uint8_t log2_n = 17;  ///< with r = 8: 128 MiB, about a third of a second
    std::uint8_t r = 8;
    std::uint8_t p = 1;

    bool operator==(const PasswordCost&) const = default;
};

/// `purpose` says what the secret is: the same words open it. `invalid`: costs out of bounds.
Result<std::string> seal_under_password(std::string_view purpose, const Secret& password,
                                        std::string_view plain, const PasswordCost& cost = {});

/// `denied`: the password is another one; `invalid`: no such blob, damaged, or sealed at a cost
/// that this program does not bear.
Result<Secret> open_under_password(std::string_view purpose, const Secret& password,
                                   std::string_view blob);

/// The cost that a blob names; `invalid` as open_under_password().
Result<PasswordCost> password_cost_of(std::string_view blob);

}  // namespace rhumb::crypto
