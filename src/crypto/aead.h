#pragma once
/// Aead: AES-256-GCM under one key, for much that is small: the key's schedule is kept ready.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"

namespace rhumb::crypto {

/// Any thread; threads do not wait for each other. The same nonce must never seal twice: random
/// ones are fine for 2^32 texts of one key.
class Aead {
public:
    static constexpr std::size_t key_size = 32;
    static constexpr std::size_t nonce_size = 12;
    static constexpr std::size_t tag_size = 16;

    /// `invalid` when the key is not `key_size` bytes.
    static Result<Aead> make(Secret key);
    Aead(Aead&&) noexcept;
    Aead& operator=(Aead&&) noexcept;
    ~Aead();

    /// The ciphertext with its tag behind it, `tag_size` longer than `plain`. `nonce` of
    /// `nonce_size` bytes; `associated` is authenticated, and not in the result.
    Result<std::string> seal(std::string_view nonce, std::string_view associated,
                             std::string_view plain) const;

    /// Writes sealed.size() - tag_size bytes to `out`. False: damaged, or sealed under another key,
    /// or with other `associated`; `out` holds nothing of use then.
    bool open(std::string_view nonce, std::string_view associated, std::string_view sealed,
              char* out) const;

private:
    struct State;
    explicit Aead(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;  // null only when moved from
};

}  // namespace rhumb::crypto
