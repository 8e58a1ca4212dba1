#pragma once
/// The services directory: the root, its folders, and what the server says of itself.

#include "gis/rest/page.h"

namespace rhumb::gis::rest {

/// …/rest/services and …/rest/services/<folder>. Stopped services are not listed. `not_found` for a
/// folder without services.
Result<http::Response> directory(const Catalogue& catalogue, const Call& call);

/// …/rest/info.
http::Response server_info(const Call& call);

/// …/rest: where a person finds the rest.
http::Response home(const Call& call);

}  // namespace rhumb::gis::rest
