#pragma once
/// HTTP/2 (RFC 9113) for one connection whose TLS handshake has agreed on "h2".

#include <string_view>

#include "http/connection.h"

namespace rhumb::http::h2 {

/// Serves until the client or the server ends it, then closes the stream. `already_read` is what
/// was read from the stream before. Comes back when every request that was begun is over, also
/// those whose client has gone.
net::Sure<void> serve(Connection& connection, std::string_view already_read);

}  // namespace rhumb::http::h2
