#pragma once
/// The second factor of users: one-time codes of an app, and recovery codes for when it is lost.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/seal.h"
#include "observe/actor.h"
#include "storage/store.h"

namespace rhumb::identity {

using observe::Actor;

struct SecondFactorState {
    std::optional<Seconds> confirmed{};  ///< codes are asked for since then
    std::size_t recovery_codes = 0;      ///< that are left
};

/// For who is without the master key, too (the command line). Block on the store.
Result<SecondFactorState> second_factor_state(const storage::Store& store, std::string_view user);
/// False when there was none that was asked for.
Result<bool> remove_second_factor(storage::Store& store, Seconds now, std::string_view user,
                                  const Actor& actor);

/// Any thread; all block on the store, so never on a loop. Users may be kept anywhere; what is here
/// is in our store, by name.
class SecondFactors {
public:
    static constexpr std::size_t recovery_code_count = 10;

    /// All outlive it.
    SecondFactors(storage::Store& store, const crypto::Seal& seal, const Clock& clock)
        : store_{store}, seal_{seal}, clock_{clock} {}

    using State = SecondFactorState;
    Result<State> state_of(std::string_view user) const {
        return second_factor_state(store_, user);
    }

    /// A new secret, which is asked for once confirm() has seen a code of it: the bytes, for
    /// one_time_uri() and to_base32(). `conflict`: there is one that is asked for.
    Result<crypto::Secret> begin(std::string_view user);
    /// The secret that waits to be confirmed; nothing when there is none.
    Result<std::optional<crypto::Secret>> find_begun(std::string_view user) const;

    /// From now on codes are asked for. The recovery codes, which are kept nowhere. `invalid`: the
    /// code is wrong; `not_found`: nothing was begun.
    Result<std::vector<std::string>> confirm(std::string_view user, std::string_view code,
                                             const Actor& actor);
    /// In the place of those there were. `not_found`: the user has no second factor.
    Result<std::vector<std::string>> renew_recovery_codes(std::string_view user,
                                                          const Actor& actor);
    Result<bool> remove(std::string_view user, const Actor& actor) {
        return remove_second_factor(store_, clock_.now(), user, actor);
    }

    enum class Check { not_asked_for, right, right_recovery_code, wrong };
    /// What a code is worth; one that is right counts no second time. An empty one is wrong.
    Result<Check> check(std::string_view user, std::string_view code, std::string_view from);

private:
    storage::Store& store_;
    const crypto::Seal& seal_;
    const Clock& clock_;
};

}  // namespace rhumb::identity
