#pragma once
/// Seals secrets for the store: AES-256-GCM under the master key
/// (docs/decisions/0003-local-authority.md).

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"

namespace rhumb::crypto {

/// Immutable; safe to use from any thread.
///
/// A sealed blob is: "RHS" 0x01 · 8 bytes that name the master key · 12 bytes nonce · ciphertext ·
/// 16 bytes tag. The purpose and all before the ciphertext are authenticated, so that a blob opens
/// nowhere but where it was put. The nonce is random: fine for 2^32 blobs of one key, which is more
/// than any store will hold.
class Seal {
public:
    static constexpr std::size_t key_size = 32;

    /// `invalid` when the key is not `key_size` bytes.
    static Result<Seal> make(Secret key);

    /// `purpose` says what the secret is and of which record ("certificate/17/key"): the same words
    /// open it.
    Result<std::string> seal(std::string_view purpose, std::string_view plain) const;

    /// `invalid` when the blob is damaged, moved from another record, or sealed under another
    /// master key; the message tells which.
    Result<Secret> open(std::string_view purpose, std::string_view blob) const;

    /// Names the master key without giving it away: 16 hexadecimal digits.
    std::string key_id() const;

private:
    Seal(Secret key, std::string id);

    Secret key_;
    std::string id_;  // 8 bytes
};

}  // namespace rhumb::crypto
