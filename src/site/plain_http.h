#pragma once
/// The answer to a request in the clear on a port that speaks HTTPS.

#include <string_view>

#include "http/message.h"

namespace rhumb::site {

/// 400, a page with the https address, and the end of the connection.
http::Response speaks_https(std::string_view https_url);

}  // namespace rhumb::site
