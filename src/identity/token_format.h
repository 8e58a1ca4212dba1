#pragma once
/// What a token is made of: "rh1", then base64url without padding of
///
///     4 bytes that name the key · 12 bytes nonce · claims, sealed by AES-256-GCM · 16 bytes tag
///
/// "rh1" and the name of the key are authenticated, too. docs/decisions/0032-tokens.md says why.
/// Pure; any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/aead.h"
#include "identity/tokens.h"

namespace rhumb::identity {

/// Names a key without giving it away.
using TokenKeyName = std::uint32_t;

/// "0a1b2c3d", as the store and people have it; and back, nothing for anything else.
std::string to_text(TokenKeyName name);
std::optional<TokenKeyName> to_key_name(std::string_view text);

/// What is sealed within.
struct TokenClaims {
    TokenFacts facts;
    /// The number of the last revocation when it was issued: what has a higher one came later.
    std::int64_t revocations = 0;
};

inline constexpr std::size_t token_user_bytes_max = 255;
inline constexpr std::size_t token_binding_bytes_max = 512;
/// No token is longer.
inline constexpr std::size_t token_text_bytes_max = 1200;

/// Claims as bytes: a version byte; 8 bytes identifier; issued, lifetime, number of revocations as
/// varints (7 bits a byte, lowest first); kind of binding; user and binding with their lengths
/// before them.
std::string encode_claims(const TokenClaims& claims);
/// Nothing for what encode_claims() does not write.
std::optional<TokenClaims> decode_claims(std::string_view bytes);

/// A token's bytes, taken apart, and nothing looked into yet. Refers to nothing.
struct TokenParts {
    TokenKeyName key = 0;
    std::size_t size = 0;
    std::array<char, 3 + token_text_bytes_max * 3 / 4> bytes;  // "rh1", then what was decoded

    std::string_view associated() const { return {bytes.data(), 7}; }
    std::string_view nonce() const { return {bytes.data() + 7, crypto::Aead::nonce_size}; }
    std::string_view sealed() const {
        return std::string_view{bytes.data(), size}.substr(7 + crypto::Aead::nonce_size);
    }
};

/// False: no token, cut short, or not as a token is written (each has one way to be written).
bool take_apart(std::string_view text, TokenParts& parts);

/// The text of a token. The error is of the machine: no random bytes.
Result<std::string> seal_token(const crypto::Aead& aead, TokenKeyName key,
                               const TokenClaims& claims);

/// Nothing: it does not open under this key.
std::optional<TokenClaims> open_token(const crypto::Aead& aead, const TokenParts& parts);

}  // namespace rhumb::identity
