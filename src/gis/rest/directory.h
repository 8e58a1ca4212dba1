#pragma once
/// The services directory: the root, its folders, and what the server says of itself.

#include <optional>

#include "gis/rest/page.h"
#include "gis/rest/token_advice.h"

namespace rhumb::gis::rest {

/// …/rest/services and …/rest/services/<folder>. Stopped services are not listed. `not_found` for a
/// folder without services.
Result<http::Response> directory(const Catalogue& catalogue, const Call& call);

/// …/rest/info. Open to anyone, whatever is required elsewhere: it says where tokens are to be had.
http::Response server_info(const Call& call, const std::optional<TokenAdvice>& tokens);

/// …/rest: where a person finds the rest.
http::Response home(const Call& call);

}  // namespace rhumb::gis::rest
