#pragma once
/// /account: what is somebody's own: sessions, password, second factor.
///
/// - `/account`: who I am here; my sessions, to be ended; another password;
/// - `/account/end`, `/account/end-all`, `/account/password`: forms of that page;
/// - `/account/second-factor`: the code to be scanned; `…/begin`, `…/confirm`, `…/codes` (new
/// recovery
///   codes) and `…/remove`, each but `confirm` with the password once more.

#include <string>

#include "access/parts.h"
#include "http/message.h"

namespace rhumb::access {

/// `path`: the request's, without a slash at its end. Who has no session goes to /login.
net::Task<http::Response> answer_account(http::Request& request, std::string path,
                                         const Parts& parts);

}  // namespace rhumb::access
