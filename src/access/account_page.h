#pragma once
/// What the pages of /account say. Pure.

#include <optional>
#include <string>
#include <vector>

#include "access/page.h"
#include "base/clock.h"
#include "identity/people.h"
#include "identity/second_factor.h"
#include "identity/sessions.h"

namespace rhumb::access {

/// All that /account shows.
struct Account {
    std::string host{};
    identity::Person person{};
    identity::Session session{};  ///< of this browser
    std::vector<identity::Session> sessions{};
    identity::SecondFactors::State second_factor{};
    bool has_password = true;         ///< false: the user signs in at a page of the store's own
    bool may_change_password = true;  ///< false: users are kept elsewhere
    Seconds now{};
    std::string fault{};
    std::string done{};
};

Page account_page(const Account& account);

/// A new second factor, to be scanned and confirmed. `invalid`: the names are too long for a code.
struct SecondFactorOffer {
    std::string host{};
    std::string user{};
    std::string form_secret{};
    std::string secret{};  ///< bytes
    std::string fault{};
};
Result<Page> second_factor_page(const SecondFactorOffer& offer);

/// The recovery codes, this once.
Page recovery_codes_page(const std::string& host, const std::string& user,
                         const std::vector<std::string>& codes);

/// "2026-11-23 10:05 UTC".
std::string spell_time(Seconds time);

}  // namespace rhumb::access
