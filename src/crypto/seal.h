#pragma once
/// Seals secrets for the store: AES-256-GCM under the master key
/// (docs/decisions/0003-local-authority.md).

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/snapshot.h"
#include "crypto/secret.h"

namespace rhumb::crypto {

/// The master key, or several while it is being changed: the first seals, all of them open. Safe to
/// use from any thread, also while another one calls take_over(). Copies share their keys: what one
/// takes over, all have.
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
    /// The same with several keys, the one that seals first; at least one.
    static Result<Seal> make(std::vector<Secret> keys);

    /// `purpose` says what the secret is and of which record ("certificate/17/key"): the same words
    /// open it.
    Result<std::string> seal(std::string_view purpose, std::string_view plain) const;

    /// `invalid` when the blob is damaged, moved from another record, or sealed under another
    /// master key; the message tells which.
    Result<Secret> open(std::string_view purpose, std::string_view blob) const;

    /// Names the master key that seals without giving it away: 16 hexadecimal digits.
    std::string key_id() const;
    /// All that it has, the one that seals first.
    std::vector<std::string> key_ids() const;

    /// The same keys, with the one of that name to seal. `not_found`.
    Result<Seal> with_first(std::string_view key_id) const;

    /// The master key under which a blob is sealed; "" when it is no sealed blob.
    static std::string key_id_of(std::string_view blob);

    /// From now on has the keys of `other`.
    void take_over(const Seal& other);

private:
    struct Key;
    using Ring = std::vector<std::shared_ptr<const Key>>;  // never empty

    explicit Seal(Ring ring);

    std::shared_ptr<Snapshot<Ring>> ring_;  // of all copies
};

}  // namespace rhumb::crypto
