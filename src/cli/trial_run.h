#pragma once
/// Asks a running server, as each of several people would, whether its policy is what its rules
/// say.

#include <memory>
#include <string>
#include <vector>

#include "cli/token_desk.h"
#include "cli/trial.h"
#include "site/running.h"

namespace rhumb::cli {

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

/// Issues short-lived tokens, asks, and revokes them again, whatever comes of it. `unavailable`:
/// no server runs; `conflict`: it serves another configuration than the present one. Blocks.
Result<TrialReport> run_trial(const Context& context, TokenDesk& desk);

}  // namespace rhumb::cli
