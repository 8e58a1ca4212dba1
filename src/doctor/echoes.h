#pragma once
/// One fault is one finding: what only follows from another finding is not told beside it.

#include <span>
#include <string_view>
#include <vector>

#include "doctor/finding.h"

namespace rhumb::doctor {

/// Where `cause` was found, `consequence` is no fault of its own.
struct Echo {
    std::string_view cause;
    std::string_view consequence;  ///< a name that ends in "." stands for all below it
    /// Its sentence is told with the cause's, and its command where the cause has none.
    bool is_told = false;
};

/// The table: findings about one and the same thing, of all checks.
std::span<const Echo> echoes();

/// Drops what follows from others. What is left is as severe as the worst that follows from it: a
/// wrong clock that has certificates refused is an error.
std::vector<Finding> without_echoes(std::vector<Finding> findings);

/// What is served as it is because of what was found about the installation itself is not told of
/// each place once more. True when something was dropped.
bool leave_echoes_of(std::span<const Finding> installation, std::vector<Finding>& place);

}  // namespace rhumb::doctor
