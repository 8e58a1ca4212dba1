#pragma once
/// Handler: answers requests for a location of a site. A new kind of handler is a new class behind
/// this seam.

#include <chrono>

#include "http/message.h"

namespace rhumb::http {

class Handler {
public:
    virtual ~Handler() = default;

    /// Called on the loop of the connection; must not block (slow work goes to net::Pool). Many
    /// calls run at once, on several loops: a handler is immutable or guards itself. `request`
    /// lives until the response is sent. A failure becomes an error page of the site.
    virtual net::Task<Response> handle(Request& request) const = 0;
};

/// What happened to a request, once its response is out (or the client went away).
struct Exchange {
    int status = 0;
    int substatus = 0;
    std::uint64_t bytes_sent = 0;  ///< of the body, as sent
    std::chrono::microseconds
        took{};             ///< from the request's head to the last byte handed to the system
    bool complete = false;  ///< all of the response was sent
};

/// What a connection serves: every request gets an answer, and is reported when it is over.
class Application {
public:
    virtual ~Application() = default;
    virtual net::Sure<Response> respond(Request& request) = 0;
    virtual void finished(const Request& request, const Exchange& exchange) = 0;
};

}  // namespace rhumb::http
