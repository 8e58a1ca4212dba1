#pragma once
/// Which addresses may be connected to. Inside this module only.

#include <string>

#include "fetch/fetch.h"

struct sockaddr;

namespace rhumb::fetch {

/// An address of another family than IPv4 and IPv6 never is.
bool is_within_reach(const sockaddr& address, Reach reach);
/// 127.0.0.0/8, ::1, and the former within IPv6.
bool is_loopback(const sockaddr& address);
/// "192.0.2.1", "::1".
std::string to_text(const sockaddr& address);

}  // namespace rhumb::fetch
