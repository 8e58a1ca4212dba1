#pragma once
/// Cookies (RFC 6265): read out of a request, written into a response.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace rhumb::access {

/// The value of the first cookie of that name (names have case); nothing when there is none, or
/// when it stands there twice with two values: somebody else has set one of them.
std::optional<std::string> find_cookie(const http::Request& request, std::string_view name);

/// What only this origin can set, and scripts cannot read: "__Host-" names (RFC 6265bis section
/// 4.1.3.2), Secure, HttpOnly, SameSite=Lax, path "/". `max_age`: nothing: until the browser ends.
/// `name` and `value` are of token characters.
void set_cookie(http::Response& response, std::string_view name, std::string_view value,
                std::optional<std::chrono::seconds> max_age = {});
void remove_cookie(http::Response& response, std::string_view name);

inline constexpr std::string_view session_cookie = "__Host-rhumb-session";

}  // namespace rhumb::access
