#pragma once
/// Signed tokens (JWS, RFC 7515, in its compact form) and the public keys that check them (JWK
/// sets, RFC 7517). Values in, values out; any thread.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::openid {

/// The algorithms that count: RSA and elliptic curves. Never "none", and none with a shared secret:
/// with those, whoever knows a public key could sign (RFC 8725 sections 3.1, 3.2).
bool is_known_algorithm(std::string_view algorithm);

/// The largest token that is looked at.
inline constexpr std::size_t token_bytes_max = std::size_t{64} << 10U;

/// What stands before the signature is checked: says which key to take, and nothing else.
struct TokenHeader {
    std::string algorithm{};
    std::string key{};   ///< "kid"; "": not said
    std::string type{};  ///< "typ", in lower case; "": not said
};
/// `denied`: no token, one that is too large, one with an algorithm that does not count, or with
/// extensions that we would have to know ("crit").
Result<TokenHeader> read_header(std::string_view token);

/// Public keys for signatures. Immutable, cheap to copy.
class Keys {
public:
    Keys();  ///< none
    /// Keys that are for something else, of kinds that we do not know, or too weak (RSA below 2048
    /// bits) are left out; more than `count_max` are `invalid`, as what is no JWK set.
    static Result<Keys> parse(std::string_view json);
    static constexpr std::size_t count_max = 100;

    std::size_t count() const;
    /// True when one of them may have signed what has this header.
    bool fits(const TokenHeader& header) const;
    /// What a token says, once one of the keys has proved who signed it. `denied` otherwise.
    Result<std::string> payload_of(std::string_view token) const;

private:
    struct Key;
    std::shared_ptr<const std::vector<Key>> keys_;
};

}  // namespace rhumb::openid
