#pragma once
/// Error pages: short, for a person or a program, never with anything from inside.

#include "base/result.h"
#include "http/message.h"

namespace rhumb::site {

/// A page for `status`; `detail` is a sentence for the person who asked, or "". JSON where the
/// client asks for that and not for HTML.
http::Response error_page(const http::Request& request, int status, int substatus,
                          std::string_view detail);

/// The answer for a handler's failure. What went wrong inside is for the log; the client learns
/// what it can act on.
http::Response error_page(const http::Request& request, const Error& error);

/// Fills the empty body of an error response; its headers stay.
void fill_error_body(const http::Request& request, http::Response& response);

}  // namespace rhumb::site
