#include "http/h1/serve.h"

#include "http/connection.h"
#include "http/h2/serve.h"

namespace rhumb::http {

net::Sure<void> serve(Connection& connection, bool is_http2) {
    // Not a coroutine itself: one frame less for every connection that waits.
    return is_http2 ? h2::serve(connection, {}) : h1::serve(connection);
}

}  // namespace rhumb::http
