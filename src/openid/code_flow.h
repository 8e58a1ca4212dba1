#pragma once
/// The authorization code flow (RFC 6749 section 4.1) with PKCE (RFC 7636, S256), `state`, `nonce`
/// and the issuer in the answer (RFC 9207): its messages as values.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/secret.h"
#include "openid/discovery.h"

namespace rhumb::openid {

/// What only the browser that began a sign-in has, each 43 characters of base64url.
struct Journey {
    std::string state{};
    std::string nonce{};
    std::string verifier{};  ///< of PKCE: a secret until the code is changed for tokens
};
Result<Journey> new_journey();

/// Base64url of the SHA-256 of a verifier.
Result<std::string> challenge_of(std::string_view verifier);

struct AuthorizationRequest {
    std::string_view client_id{};
    std::string_view callback{};
    const std::vector<std::string>& scopes;
    const Journey& journey;
};
/// Where the browser is sent. "openid" is among the scopes always.
Result<std::string> authorization_url(const Discovery& provider,
                                      const AuthorizationRequest& request);

/// What the provider added to the callback's address.
struct CallbackQuery {
    std::string code{};
    std::string state{};
    std::string issuer{};
    std::string error{};  ///< as RFC 6749 section 4.1.2.1 has it; "": none
};
/// `denied`: a parameter stands there twice, or is too long; what is no form.
Result<CallbackQuery> parse_callback(std::string_view query);
/// The error as it may be shown and logged: a word, or "an unknown error".
std::string_view error_word(std::string_view error);

/// What the token endpoint gave.
struct TokenAnswer {
    crypto::Secret access_token{};
    crypto::Secret refresh_token{};  ///< empty: none
    std::string id_token{};          ///< "": none
};
/// `invalid`: no such answer.
Result<TokenAnswer> parse_token_answer(std::string_view json);
/// The `error` of a refusal; "" when there is none.
std::string parse_token_error(std::string_view json);

/// "a=b&c=d", escaped.
std::string to_form(const std::vector<std::pair<std::string_view, std::string_view>>& fields);

/// The Authorization field of client_secret_basic (RFC 6749 section 2.3.1).
std::string basic_authorization(std::string_view client_id, std::string_view secret);

}  // namespace rhumb::openid
