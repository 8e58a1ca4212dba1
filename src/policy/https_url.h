#pragma once
/// Where a request that came in the clear belongs.

#include <cstdint>
#include <string>

#include "http/message.h"

namespace rhumb::policy {

/// The address of `request` over HTTPS, path and query kept: below the request's public origin
/// where that is https, else the host that the client named, and `https_port`. Empty when there is
/// neither (port 0: the site has no https binding).
std::string to_https_url(const http::Request& request, std::uint16_t https_port);

}  // namespace rhumb::policy
