#pragma once
/// What the pages for signing in say. Pure.

#include <chrono>
#include <string>
#include <string_view>

#include "access/page.h"

namespace rhumb::access {

struct LoginForm {
    std::string host{};
    std::string form_secret{};
    std::string return_address{};  ///< "": the page /account
    std::string signed_in_as{};    ///< somebody is already
    std::string user{};            ///< what was filled in before; never the password
    std::string ticket{};          ///< the password was right: a code is asked for
    std::string fault{};
    std::string done{};  ///< "You are signed out."
    /// Whose page people sign in at: "County"; "": here, with a password.
    std::string outside{};
};

Page login_page(const LoginForm& form);

struct FirstForm {
    std::string host{};
    std::string form_secret{};
    std::string name{};
    std::string fault{};
};

/// Makes the first administrator.
Page first_administrator_page(const FirstForm& form);
/// There is no code that counts.
Page no_first_code_page(const std::string& host);

struct LogoutForm {
    std::string host{};
    std::string user{};
    std::string form_secret{};
    std::string outside{};  ///< where the user can be signed out, too: "County"; "": nowhere
};

Page logout_page(const LogoutForm& form);

/// "7 seconds", "15 minutes": how long somebody has to wait, never too short.
std::string spell_wait(std::chrono::seconds wait);

}  // namespace rhumb::access
