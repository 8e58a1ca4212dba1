#pragma once
/// Users and roles that rules name and no store knows: allowed, for they may live elsewhere or come
/// later, but perhaps a slip of the pen.

#include <string>
#include <vector>

#include "cli/accounts.h"
#include "config/document.h"
#include "config/parse.h"

namespace rhumb::cli {

/// "there is no role «planers» (yet); did you mean «planners»?", of one list.
Result<std::vector<std::string>> unknown_names(const Accounts& accounts,
                                               const config::AllowList& list);

/// Of a whole text that was read, each with its line.
Result<std::vector<config::Diagnostic>> unknown_names(const Accounts& accounts,
                                                      const config::Parsed& parsed,
                                                      const std::string& file);

}  // namespace rhumb::cli
