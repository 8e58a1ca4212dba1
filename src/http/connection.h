#pragma once
/// What HTTP/1.1 and HTTP/2 share about a connection that is being served.

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/date.h"
#include "http/handler.h"
#include "http/limits.h"
#include "net/stream.h"

namespace rhumb::http {

/// One client connection. Made by the server when a stream is ready; lives until `serve` ends.
struct Connection {
    net::Stream& stream;
    const Channel& channel;
    const Limits& limits;
    Application& application;
    /// Turns true when the server wants this connection to end: finish what was begun, then close.
    const std::atomic<bool>& is_draining;
    const Clock& clock;
    DateText& date_text;  ///< of this loop
    /// True while the connection waits between requests: a draining or overloaded server may cancel
    /// it.
    bool is_idle = false;

    /// For the Date field of a response.
    std::string_view date() const { return date_text.at(clock.now()); }
};

/// Serves until the client or the server ends it: HTTP/2 where ALPN chose it, else HTTP/1.1.
net::Sure<void> serve(Connection& connection, bool is_http2);

}  // namespace rhumb::http
