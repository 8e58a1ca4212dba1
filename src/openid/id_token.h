#pragma once
/// What tokens of a provider must say to count: ID tokens (OpenID Connect Core 1.0 section 3.1.3.7)
/// and logout tokens (Back-Channel Logout 1.0 section 2.6). Their signature was checked before.
/// Pure.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "openid/claims.h"
#include "openid/jose.h"

namespace rhumb::openid {

/// How far the provider's clock and ours may be apart.
inline constexpr std::chrono::seconds clock_leeway{60};

struct Expected {
    std::string_view issuer{};
    std::string_view client_id{};
    Seconds now{};
    /// Nothing: none is compared (after a refresh there may be none).
    std::optional<std::string_view> nonce{};
    /// What `at_hash` is held against, where the token has one.
    std::string_view access_token{};
    std::string_view algorithm{};  ///< of the token's head
};

/// Who signed in, by the subject in `sub`. `denied` names the claim that is wrong.
Result<void> check_id_token(const Claims& claims, const Expected& expected);

/// Whose session ended.
struct Farewell {
    std::string id{};       ///< "jti": the same message again has the same
    std::string subject{};  ///< one of these two is ""
    std::string session{};  ///< "sid"
    Seconds forgotten{};    ///< from then on it does not count anyway
};
Result<Farewell> check_logout_token(const Claims& claims, const Expected& expected);

}  // namespace rhumb::openid
