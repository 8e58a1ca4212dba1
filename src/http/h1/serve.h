#pragma once
/// HTTP/1.0 and HTTP/1.1 on one connection (RFC 9110, RFC 9112).

#include "http/connection.h"

namespace rhumb::http::h1 {

/// Serves request after request, until the client or the server ends it; then closes the stream.
net::Sure<void> serve(Connection& connection);

}  // namespace rhumb::http::h1
