#pragma once
/// The frame of the pages for signing in: plain HTML without scripts, which loads nothing, stands
/// in no frame of others, and is kept by nobody.

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace rhumb::access {

/// A whole page; `body` is HTML. `host`: whose page it is.
struct Page {
    std::string title{};
    std::string body{};
    std::string host{};
    std::string signed_in_as{};  ///< "": nobody
};

/// 200 or what is wrong with what was sent.
Result<http::Response> page_response(int status, const Page& page);

/// "<p class="error" …>": what is wrong, read aloud at once; "" for "".
std::string error_line(std::string_view message);
/// What was done; "" for "".
std::string done_line(std::string_view message);

/// A labelled field. `attributes` are written as they are; `hint` stands below it.
struct Field {
    std::string_view name;
    std::string_view label;
    std::string_view type = "text";
    std::string_view value{};
    std::string_view attributes{};
    std::string_view hint{};
};
std::string to_html(const Field& field);
std::string hidden_field(std::string_view name, std::string_view value);

}  // namespace rhumb::access
