#pragma once
/// Reading answers. Inside this module only.

#include <string>
#include <string_view>
#include <vector>

#include "wizard/steps.h"

namespace rhumb::wizard {

/// What was answered to a field; null: nothing.
const Json& answer_of(const Answers& answers, std::string_view step, std::string_view field);

/// The word for where users or roles shall be (`step`), by answer or as it is.
std::string place_of(const Answers& answers, const Configured& configured, std::string_view step);

/// A name for a new provider of that kind that none has.
std::string free_name(std::string_view kind, const Configured& configured);

/// A name for a new secret that none has: "county-password", "county-password-2".
std::string free_secret_name(std::string_view provider, std::string_view field,
                             const Configured& configured, const TypedSecrets& typed);

}  // namespace rhumb::wizard
