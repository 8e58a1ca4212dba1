#pragma once
/// What is asked of the token service: read out of a form, with the names that Esri's clients use.

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/document.h"
#include "http/parameters.h"
#include "identity/tokens.h"

namespace rhumb::access {

/// How the answer is written.
enum class TokenFormat {
    page,   ///< HTML, for people
    json,   ///< {"token":…}, or {"error":…} with status 200
    pjson,  ///< the same, indented
    text,   ///< the bare token: callers of version 9.3, who say request=getToken and no `f`
};

/// From `f`, and `request` without it. `invalid` for another `f`.
Result<TokenFormat> parse_token_format(const http::Parameters& parameters);

struct TokenOrder {
    std::string user{};
    std::string password{};
    std::string code{};  ///< of the second factor; "": none was given
    /// A token that is shown instead, as @esri/arcgis-rest-request does ("" with a user): it is
    /// looked at, and given back.
    std::string token{};
    identity::TokenBinding binding{};
    std::chrono::seconds lifetime{};
};

/// Parameters of a form or a query that say who somebody is.
bool has_credentials(const http::Parameters& parameters);

/// `username`, `password`, `code`; `client` with `referer` (or `referrer`) or `ip`, or the older
/// `clientid`; `expiration` in minutes, capped by the longest lifetime. `client_ip` is what
/// client=requestip means. `token` with `serverUrl` stands for user and password, and
/// `is_signed_in` does. `invalid` names the parameter that is missing or makes no sense.
Result<TokenOrder> parse_token_order(const http::Parameters& parameters, std::string_view client_ip,
                                     const config::Tokens& lifetimes, bool is_signed_in);

}  // namespace rhumb::access
