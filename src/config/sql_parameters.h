#pragma once
/// Parameters of queries that somebody wrote into a configuration.

#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::config {

/// The names of `:name` in a statement of SQL, each once, in their order; those in quotes, in
/// comments and after "::" are none. `invalid`: a quote or a comment does not end, or another
/// statement follows.
Result<std::vector<std::string_view>> sql_parameters(std::string_view statement);

}  // namespace rhumb::config
