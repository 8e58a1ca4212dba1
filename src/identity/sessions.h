#pragma once
/// Sessions: who signed in with a browser stays so until he signs out, is away for too long, or it
/// has been long enough.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "observe/actor.h"
#include "storage/store.h"

namespace rhumb::identity {

using observe::Actor;

struct Session {
    std::string id;    ///< names it without being it: 16 hexadecimal digits
    std::string user;  ///< as the store writes it
    Seconds created{};
    Seconds last_used{};
    std::string address;      ///< where the sign-in came from
    std::string agent;        ///< what the browser called itself, at most 200 bytes
    std::string form_secret;  ///< forms of this session send it back (CSRF)
};

struct SessionLimits {
    std::chrono::seconds idle{30 * 60};
    std::chrono::seconds absolute{12 * 3600};
};

/// Any thread. find() never blocks; all others block on the store.
class Sessions {
public:
    static Result<std::unique_ptr<Sessions>> open(storage::Store& store, const Clock& clock);
    ~Sessions();

    void set_limits(const SessionLimits& limits);

    struct Begun {
        std::string secret;  ///< the cookie's value: 43 characters of base64url; kept nowhere
        Session session;
    };
    /// Always a new secret: nothing that a browser had before sign-in counts after it.
    Result<Begun> begin(std::string_view user, std::string_view address, std::string_view agent);

    /// Who has this cookie; null: nobody (any more). Counts as use.
    std::shared_ptr<const Session> find(std::string_view secret);

    Result<void> end(std::string_view id, const Actor& actor);
    /// How many there were.
    Result<std::size_t> end_all_of(std::string_view user, const Actor& actor);
    /// Latest first; of all users for "".
    std::vector<Session> list(std::string_view user = {}) const;

    /// To be called every minute or so: writes down what was used, removes what is over.
    Result<void> look_after();
    /// After the store was changed by anyone.
    Result<void> reload();

private:
    struct State;
    explicit Sessions(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace rhumb::identity
