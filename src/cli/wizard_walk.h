#pragma once
/// Walking the wizard at a terminal: one question after another.

#include <optional>
#include <vector>

#include "cli/terminal.h"
#include "wizard/connection.h"
#include "wizard/steps.h"

namespace rhumb::cli {

/// What is walked.
struct Walk {
    Terminal& terminal;
    const wizard::Configured& configured;
    /// With what connections are tried.
    const providers::Surroundings& surroundings;
};

/// Asks step by step, from where the answers so far end; tries connections; goes back and forth.
/// Gives all answers once there is nothing more to ask; nothing when the person left. Changes
/// nothing. `unavailable`: the terminal ended.
Result<std::optional<wizard::Answers>> walk(const Walk& walk, wizard::Answers answers = {});

/// How a connection did, for people; lines with the reason and the remedy of what failed.
std::string to_text(const wizard::Tried& tried);

}  // namespace rhumb::cli
