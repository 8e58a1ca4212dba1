#pragma once
/// BrowserSignIn: the seam for stores whose users sign in at a page of the store's own (OpenID
/// Connect), where Rhumb never sees a password.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "identity/people.h"

namespace rhumb::identity {

/// Any thread; calls block (they ask the provider), so never on a loop.
class BrowserSignIn {
public:
    virtual ~BrowserSignIn() = default;

    /// What stands on the button: "County".
    virtual std::string label() const = 0;

    struct Departure {
        std::string url{};    ///< where the browser is sent
        std::string state{};  ///< to be kept in a cookie of this browser until it is back: sealed
    };
    /// `callback`: the https URL that the provider sends the browser back to. `return_address`:
    /// where it goes on afterwards, kept in `state`.
    virtual Result<Departure> depart(std::string_view callback,
                                     std::string_view return_address) = 0;

    struct Arrival {
        std::string user{};  ///< whom users().find() of the same provider now knows
        std::string return_address{};
    };
    /// `query`: what the provider added to the callback. `state`: what the browser has kept.
    /// `denied`: somebody else's answer, a stale one, or the provider says no, with words for the
    /// person; `unavailable`.
    virtual Result<Arrival> arrive(std::string_view callback, std::string_view query,
                                   std::string_view state) = 0;

    /// Where the browser of `user` is sent to be signed out at the provider, too; "": nowhere. It
    /// comes back to `after`.
    virtual Result<std::string> sign_out_url(std::string_view user, std::string_view after) = 0;

    /// A message of the provider that somebody's session has ended there (OpenID Connect
    /// Back-Channel Logout 1.0): the name of the user whose sessions are to end. `denied`: not from
    /// the provider.
    virtual Result<std::optional<std::string>> signed_out_there(std::string_view message) = 0;
};

}  // namespace rhumb::identity
