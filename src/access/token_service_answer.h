#pragma once
/// What the token service answers, in each of its formats.

#include <chrono>
#include <optional>
#include <string>

#include "access/token_page.h"
#include "access/token_service_order.h"
#include "base/result.h"

namespace rhumb::access {

/// Why there is no token. Clients of GIS services look for errors in answers with status 200; what
/// concerns HTTP itself (405, 413, 503) has its own status as well.
struct TokenRefusal {
    int code = 400;
    std::string detail{};
    std::optional<std::chrono::seconds> retry_after{};
};

/// The one table from errors to refusals.
TokenRefusal to_token_refusal(const Error& error);

http::Response answer(const identity::IssuedToken& token, TokenFormat format,
                      const TokenForm& form);
http::Response answer(const TokenRefusal& refusal, TokenFormat format, TokenForm form);

/// Every page of every origin may ask, without cookies; nobody may keep what he gets.
void protect_token_answer(http::Response& response);

}  // namespace rhumb::access
