#pragma once
/// Signing in: name, password, and a code where the user has a second factor; slowed down for who
/// guesses.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "crypto/seal.h"
#include "identity/people.h"
#include "storage/store.h"

namespace rhumb::identity {

struct SignInLimits {
    std::uint32_t account_failures = 10;
    std::chrono::seconds account_wait{15 * 60};
    std::uint32_t address_failures = 50;
    std::chrono::seconds address_window{10 * 60};
};

struct Attempt {
    std::string_view user;
    std::string_view password;
    std::string_view code{};  ///< of the second factor or a recovery code; "": none was given
    std::string_view from{};  ///< address of the client; "" on the machine itself
};

struct Entrance {
    enum class Outcome {
        accepted,
        refused,      ///< wrong, unknown, disabled, expired: clients are not told which
        needs_code,   ///< the password is right, and a code is asked for (or was wrong)
        must_wait,    ///< too many failures; not even looked at
        unavailable,  ///< the user store cannot say now
    };
    Outcome outcome = Outcome::refused;
    std::shared_ptr<const Person> person{};  ///< accepted
    std::chrono::seconds wait{};             ///< must_wait: for so long
};

/// Any thread; blocks for as long as a hash takes, so never on a loop.
class SignIns {
public:
    /// All outlive it.
    SignIns(People& people, storage::Store& store, const crypto::Seal& seal, const Clock& clock);
    ~SignIns();

    void set_limits(const SignInLimits& limits);

    /// Every outcome is in the log, failures of known users and lock-outs in the audit trail; never
    /// a password.
    Entrance attempt(const Attempt& attempt);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rhumb::identity
