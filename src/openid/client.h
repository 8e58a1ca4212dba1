#pragma once
/// Client: one provider of OpenID Connect, as one of its clients sees it.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/secret.h"
#include "openid/claims.h"
#include "openid/code_flow.h"
#include "openid/discovery.h"
#include "openid/id_token.h"

namespace rhumb::openid {

/// What somebody has brought back, proved.
struct Arrived {
    std::string subject{};
    std::string session{};           ///< "sid" of the provider's session; "": not said
    Claims claims{};                 ///< of the ID token and, where it lacks some, of userinfo
    crypto::Secret refresh_token{};  ///< empty: the provider gives none
};

/// Any thread at once; calls block, each for at most the limit, so never on a loop. What the
/// provider says of itself is asked for again after an hour, its keys after ten minutes, and when a
/// token names a key that is not known, but then at most once in 30 seconds.
///
/// Errors: `denied`: the provider says no, or what it was said to have said is not proved;
/// `unavailable`: it cannot be asked, or its answers make no sense. Never a secret in them.
class Client {
public:
    struct Options {
        std::string issuer{};
        std::string client_id{};
        crypto::Secret client_secret{};  ///< empty: a public client
        std::vector<std::string> scopes{};
        /// Claims that are wanted: where the ID token lacks one, userinfo is asked.
        std::vector<std::string> wanted_claims{};
        std::chrono::milliseconds limit{5'000};
        std::size_t connections_max = 4;
        std::string roots_file{};
    };
    /// Asks nobody yet. `clock` outlives it.
    Client(Options options, const Clock& clock);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Where a browser is sent to sign in.
    Result<std::string> departure(std::string_view callback, const Journey& journey);

    /// Changes the code of `query` for tokens, and checks them.
    Result<Arrived> arrive(const CallbackQuery& query, std::string_view callback,
                           const Journey& journey);

    /// Asks anew by a refresh token; `subject`: whose it is. `denied`: the provider has ended it.
    Result<Arrived> renew(std::string_view refresh_token, std::string_view subject);

    /// Where a browser is sent to sign out there, and come back to `after`; "": nowhere.
    Result<std::string> sign_out_url(std::string_view after);

    /// Who was signed out there.
    Result<Farewell> read_farewell(std::string_view token);

    // One by one, for trying a connection: past what is remembered.
    Result<Discovery> ask_for_discovery();
    /// How many keys of use it has.
    Result<std::size_t> ask_for_keys(const Discovery& provider);
    /// Whether client_id and client_secret are taken: by a code that is none. `denied`: they are
    /// not; `conflict`: the provider did not say.
    Result<void> ask_for_nothing(const Discovery& provider, std::string_view callback);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rhumb::openid
