#pragma once
/// Beginning the session of a browser. Inside this module only.

#include <string>

#include "access/parts.h"
#include "http/message.h"

namespace rhumb::access {

/// What the pool needs of a request to begin a session, and nothing that lives with it.
struct Browser {
    std::string address;
    std::string agent;
    std::string old_cookie;  ///< of a session before; it ends
};
Browser browser_of(const http::Request& request);

/// Blocks. Always a new secret; the session that this browser had ends, whoever's it was.
Result<identity::Sessions::Begun> begin_session(const Parts& parts, std::string_view user,
                                                const Browser& browser);

/// 303 to `address`, with the cookie of the session.
http::Response enter(const identity::Sessions::Begun& begun, std::string_view address);

/// 303, kept by nobody.
http::Response go_to(std::string_view address);

}  // namespace rhumb::access
