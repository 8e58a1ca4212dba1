#pragma once
/// Entries of `allow` as text: "anyone", "authenticated", "role:planners", "user:ann",
/// "address:192.0.2.0/24".

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/document.h"

namespace rhumb::config {

/// Addresses come out in their shortest form; names as they were written. `invalid` says what is
/// wrong and what was probably meant.
Result<Allowed> parse_allowed(std::string_view text);
std::string to_text(const Allowed& entry);
/// "role:planners, user:ann".
std::string to_text(const AllowList& list);

/// All of them, without repetitions. `invalid`: one is wrong, there is none, or "anyone" or
/// "authenticated" makes others needless.
Result<AllowList> parse_allow_list(const std::vector<std::string>& texts);
/// What is wrong between the entries of a list, or "".
std::string fault_of(const AllowList& list);

}  // namespace rhumb::config
