#pragma once
/// Forms that only pages of ours can send (CSRF): each carries a secret that goes with a cookie
/// which only this origin can set and no script can read, and no browser that says where a form
/// stands may say elsewhere.

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace rhumb::access {

/// The field of the secret in every form.
inline constexpr std::string_view form_field = "form_secret";
/// The cookie of who has no session yet.
inline constexpr std::string_view form_cookie = "__Host-rhumb-form";

/// For who is not signed in.
struct FormSecret {
    std::string secret;      ///< to be put into forms
    std::string new_cookie;  ///< "": the browser has one
};

/// The secret of this browser's forms; `internal`: no random bytes.
Result<FormSecret> get_form_secret(const http::Request& request);

/// That it came from a form of ours: `sent` is the secret of the cookie.
bool is_own_form(const http::Request& request, std::string_view sent);
/// The same for who has a session with that secret.
bool is_own_form(const http::Request& request, std::string_view sent,
                 std::string_view session_secret);

}  // namespace rhumb::access
