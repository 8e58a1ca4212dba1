#pragma once
/// What the forms of /account do. Inside this module only.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/parts.h"
#include "access/session_start.h"
#include "access/visitor.h"
#include "http/parameters.h"

namespace rhumb::access {

/// One form that was sent, by a page of ours, by who has the session.
struct AccountForm {
    const Parts& parts;
    const Visitor& visitor;
    const http::Parameters& parameters;
    const Browser& browser;

    const std::string& user() const { return visitor.person->name; }
    observe::Actor actor() const { return {user(), browser.address}; }
};

/// What is shown then.
struct FormOutcome {
    enum class Next {
        account,    ///< the page /account
        offer,      ///< the second factor that waits to be confirmed
        codes,      ///< recovery_codes
        elsewhere,  ///< 303 to `address`
    };
    Next next = Next::account;
    int status = 200;
    std::string fault{};
    std::string done{};
    std::chrono::seconds wait{};
    std::string address{};
    bool is_out = false;  ///< the session is over
    std::optional<identity::Sessions::Begun> begun{};
    std::vector<std::string> recovery_codes{};
};

/// Blocks for as long as a hash takes.
using TakeForm = Result<FormOutcome> (*)(const AccountForm& form);

/// The form at a path below /account; null: there is none.
TakeForm find_account_form(std::string_view path);

}  // namespace rhumb::access
