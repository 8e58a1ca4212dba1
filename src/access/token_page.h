#pragma once
/// The pages of the token service: the form, and the token that came of it. Plain HTML without
/// scripts, in the look of the services directory.

#include <chrono>
#include <string>
#include <string_view>

#include "http/message.h"
#include "identity/tokens.h"

namespace rhumb::access {

struct TokenForm {
    std::string gis_path{};                ///< "/arcgis"
    std::chrono::minutes short_minutes{};  ///< the lifetime that is offered
    std::chrono::minutes long_minutes{};   ///< the longest
    std::string client_ip{};               ///< what "this address" means
    std::string signed_in_as{};            ///< by a session; then no password is asked for
    std::string form_secret{};             ///< of that session
    std::string outside{};                 ///< whose page people sign in at; "": here
    std::string user{};                    ///< what was filled in before; never the password
    std::string client{};                  ///< "referer", "requestip", "ip" or "none"
    std::string referer{};
    std::string ip{};
    std::string expiration{};
    std::string fault{};  ///< why there is no token yet; "": nothing was tried
};

std::string render_token_form(const TokenForm& form);

/// Shows the token, once.
std::string render_token(const TokenForm& form, const identity::IssuedToken& token);

/// A page with the fields that keep it to itself: no scripts, no frames, no store, no referer.
http::Response token_page_response(int status, std::string html);

}  // namespace rhumb::access
