#pragma once
/// Signing in: name, password, and a code where the user has a second factor; slowed down for who
/// guesses.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "crypto/seal.h"
#include "identity/people.h"
#include "identity/throttle.h"
#include "observe/log.h"
#include "storage/store.h"

namespace rhumb::identity {

using SignInLimits = ThrottleLimits;

struct Attempt {
    std::string_view user{};
    std::string_view password{};
    std::string_view code{};  ///< of the second factor or a recovery code; "": none was given
    std::string_view from{};  ///< address of the client; "" on the machine itself
    /// In the place of user and password: what an attempt before was given with `needs_code`.
    std::string_view ticket{};
};

struct Entrance {
    enum class Outcome {
        accepted,
        refused,      ///< wrong, unknown, disabled, expired: clients are not told which
        needs_code,   ///< the password is right, and a code is asked for (or was wrong)
        start_anew,   ///< the ticket counts no more: name and password are to be asked again
        must_wait,    ///< too many failures; not even looked at
        unavailable,  ///< the user store cannot say now
    };
    Outcome outcome = Outcome::refused;
    std::shared_ptr<const Person> person{};  ///< accepted
    std::chrono::seconds wait{};             ///< must_wait: for so long
    /// needs_code: shows for five minutes, and for five codes, that the password was right.
    std::string ticket{};
    bool used_recovery_code = false;  ///< accepted
};

/// Any thread; blocks for as long as a hash takes, so never on a loop.
class SignIns {
public:
    /// All outlive it.
    SignIns(People& people, storage::Store& store, const crypto::Seal& seal, const Clock& clock,
            const observe::Log& log);
    ~SignIns();

    void set_limits(const SignInLimits& limits);

    /// Every outcome is in the log, failures of known users and lock-outs in the audit trail; never
    /// a password, and never a name that nobody has (it may be a password in the wrong field).
    Entrance attempt(const Attempt& attempt);

    /// True when attempt() asks no other machine and no other program about that user. Blocks for a
    /// moment.
    bool is_near(const Attempt& attempt) const;

    /// For who is signed in already, and is about to do what asks for the password once more:
    /// accepted (without a person), refused, must_wait or unavailable. No code is asked for.
    Entrance confirm(std::string_view user, std::string_view password, std::string_view from);

    /// For other secrets that may be guessed from outside (the first administrator's code): how
    /// long this address has to wait; zero: it may try, and the try counts as a failure until
    /// succeeded().
    std::chrono::seconds admit(std::string_view purpose, std::string_view from);
    void succeeded(std::string_view purpose, std::string_view from);

    /// Attempts since the start, by what came of them. (A code that is asked for is none yet.)
    struct Counts {
        std::uint64_t accepted = 0;
        std::uint64_t refused = 0;
        std::uint64_t slowed = 0;  ///< not even looked at
        std::uint64_t unavailable = 0;
    };
    Counts counts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rhumb::identity
