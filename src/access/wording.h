#pragma once
/// What a client is told when it is not let in, so that each kind of client reads it: a page for
/// people, a problem for programs (RFC 9457), an error within status 200 for GIS clients.

#include <string>
#include <string_view>

#include "access/client_certificates.h"
#include "http/message.h"
#include "policy/refusal.h"

namespace rhumb::access {

/// Why, apart from how it is said.
struct Refusal {
    int status = 403;  ///< for pages, programs and pictures
    int substatus = 0;
    int gis_code = 403;       ///< for GIS clients, within status 200
    std::string gis_message;  ///< the very words that they look for
    std::string title;        ///< "Sign in, please"
    std::string reason{};     ///< a sentence; "": the title says it all
    std::string link{};       ///< where to go from here; "": nowhere
    std::string link_text{};
    std::string_view bearer_error{};  ///< RFC 6750 section 3.1: "invalid_token"
};

/// Nobody is known, and somebody has to be: 401, or 499. `login`: the address of the page.
Refusal needs_sign_in(std::string login);
/// What was shown counts for nothing: 401, or 498. `why`: "the token has expired".
Refusal bad_token(std::string_view why, std::string login);
/// Known, and not let in: 403. `login`: where to sign in as another.
Refusal not_permitted(const http::Caller& caller, std::string login);
/// No person would be let in from this address: 403.6.
Refusal not_from_here();
/// 403.7, 403.13, 403.16, 403.17.
Refusal certificate_refused(const CertificateVerdict& verdict);
/// 421: upon which clients come again by a connection of its own (RFC 9110 section 15.5.20).
Refusal needs_another_connection();
/// The user store cannot say who somebody is: 503.
Refusal cannot_say_now();
/// What cannot be read: 400, 413 …
Refusal cannot_be_read(const Error& error);

/// The refusal as its audience reads it. GIS clients may read theirs from any origin, and within
/// the function that they named (JSONP).
http::Response word(const http::Request& request, const Refusal& refusal,
                    policy::Audience audience);

/// "/login?return=…": the page for signing in that leads back to where the request was going, with
/// nothing secret in it.
std::string login_address(std::string_view login_path, const http::Request& request);

}  // namespace rhumb::access
