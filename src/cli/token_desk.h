#pragma once
/// Tokens and the people whom they are for, of an installation, for commands.

#include <memory>
#include <string>
#include <string_view>

#include "cli/installation.h"
#include "cli/stores.h"
#include "identity/people.h"
#include "identity/tokens.h"

namespace rhumb::cli {

struct TokenDesk {
    std::unique_ptr<Installation> installation;
    std::unique_ptr<Stores> stores;
    std::unique_ptr<identity::People> people;
    std::unique_ptr<identity::Tokens> tokens;

    /// `not_found`, with the remedy, where nothing has been made yet. `context` outlives it.
    static Result<TokenDesk> open(const Context& context);

    /// Somebody who may have a token now. `not_found`: there is no such user; `denied`: disabled,
    /// or expired.
    Result<std::shared_ptr<const identity::Person>> find_active(const Context& context,
                                                                std::string_view user) const;
};

/// What a server would say of a token that is asked about outside a request: its own fault, or that
/// of its user ("the user «ann» is disabled"); "" when it is good.
Result<std::string> fault_of(const TokenDesk& desk, const Context& context,
                             const identity::TokenCheck& check);

/// "90s", "60m", "12h", "7d"; without a letter minutes. `invalid` for anything else, and for none
/// at all.
Result<std::chrono::seconds> to_duration(std::string_view text);

/// "the referer https://maps.example.org", "the address 192.0.2.1", "nothing".
std::string to_text(const identity::TokenBinding& binding);

}  // namespace rhumb::cli
