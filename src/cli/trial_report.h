#pragma once
/// A trial of the policy, for people.

#include "wizard/trial_run.h"

namespace rhumb::cli {

/// A table of what came of each request, who was tried, and a sentence of how it went.
void print(const wizard::TrialReport& report);

/// How many requests did not come out as the configuration says.
std::size_t count_wrong(const wizard::TrialReport& report);

}  // namespace rhumb::cli
