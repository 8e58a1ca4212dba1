#pragma once
/// Asks a running server, as each of several people would, whether its policy is what its rules
/// say.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "crypto/seal.h"
#include "identity/people.h"
#include "identity/tokens.h"
#include "observe/actor.h"
#include "site/home.h"
#include "site/running.h"
#include "storage/store.h"
#include "wizard/trial.h"

namespace rhumb::wizard {

/// Somebody as whom the server is asked.
struct TrialCaller {
    std::string name;   ///< "nobody", or the user's
    std::string about;  ///< "has the role planners", for people; "" for nobody
    http::Caller caller{};
    std::string token{};     ///< "" for nobody
    std::string token_id{};  ///< the same
};

/// One question and what came of it.
struct TrialResult {
    std::string site;
    std::string where;
    std::string url;
    bool is_secure = true;
    std::string caller;
    Verdict expected = Verdict::let_in;
    Verdict found = Verdict::let_in;
    std::string trouble{};  ///< why there was no answer

    bool is_as_expected() const { return expected == found; }
};

struct TrialReport {
    std::vector<TrialCaller> callers{};  ///< without their tokens
    std::vector<TrialResult> results{};
    /// Roles that nobody active has, users that are not there, sites that cannot be asked.
    std::vector<std::string> notes{};
};

/// On what it is carried out, and by whom. All that is referred to outlives it.
struct TrialOrder {
    storage::Store& store;
    const crypto::Seal& seal;
    const Clock& clock;
    const site::Home& home;
    identity::People& people;
    identity::Tokens& tokens;
    /// What the server that runs says of itself now; nothing when none runs.
    std::function<std::optional<site::Running>()> running;
    observe::Actor actor;
};

/// Issues short-lived tokens, asks, and revokes them again, whatever comes of it. `unavailable`:
/// no server runs; `conflict`: it serves another configuration than the present one. Blocks.
Result<TrialReport> run_trial(const TrialOrder& order);

}  // namespace rhumb::wizard
