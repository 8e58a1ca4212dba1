#pragma once
/// What happens at /login, /login/first and /logout. Inside this module only.

#include "access/parts.h"
#include "http/message.h"

namespace rhumb::access {

net::Task<http::Response> show_login(http::Request& request, const Parts& parts);
net::Task<http::Response> take_login(http::Request& request, const Parts& parts);
net::Task<http::Response> show_first(http::Request& request, const Parts& parts);
net::Task<http::Response> take_first(http::Request& request, const Parts& parts);
net::Task<http::Response> show_logout(http::Request& request, const Parts& parts);
net::Task<http::Response> take_logout(http::Request& request, const Parts& parts);

}  // namespace rhumb::access
