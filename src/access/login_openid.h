#pragma once
/// Signing in at a page of the user store's own (OpenID Connect), there and back. Inside this
/// module only.
///
/// - POST `/login/openid`: a form of ours; the browser is led to the provider's page;
/// - `/login/openid/callback`: where the provider sends it back to;
/// - POST `/login/openid/back-channel`: the provider says that somebody has signed out there.
///
/// Browsers hold redirects after a form against `form-action` (CSP level 3), so what leads away
/// from here after a form is a page of its own, with a link and a Refresh field.

#include "access/parts.h"
#include "http/message.h"

namespace rhumb::access {

/// Keeps a sign-in that is under way; sealed.
inline constexpr std::string_view journey_cookie = "__Host-rhumb-journey";

/// `path`: the request's, without a slash at its end.
net::Task<http::Response> answer_openid(http::Request& request, const std::string& path,
                                        const Parts& parts);

/// A page that leads on to `url`, of another origin, at once; `where`: "County".
Result<http::Response> onward_response(const http::Request& request, std::string_view url,
                                       std::string_view where, std::string_view why);

}  // namespace rhumb::access
