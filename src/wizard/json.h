#pragma once
/// Steps, faults and outcomes as JSON: for the API, and for --json. No secret is in it.

#include "wizard/apply.h"
#include "wizard/connection.h"
#include "wizard/steps.h"
#include "wizard/summary.h"
#include "wizard/trial_run.h"

namespace rhumb::wizard {

Json to_json(const Field& field);
Json to_json(const std::vector<Step>& steps);
Json to_json(const std::vector<Fault>& faults);
Json to_json(const std::vector<Tried>& tried);
Json to_json(const Summary& summary);
Json to_json(const Applied& applied);
Json to_json(const Undone& undone);
Json to_json(const TrialReport& report);

/// Answers out of a text: JSON, or TOML where it does not begin with a brace. `invalid`.
Result<Answers> read_answers(std::string_view text, const std::string& called);

}  // namespace rhumb::wizard
