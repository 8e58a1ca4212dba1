#pragma once
/// Questions before something is done that cannot be taken back.

#include <string_view>

#include "cli/context.h"

namespace rhumb::cli {

/// Goes on when --yes was given, or when a person at a terminal says so to `question` ("Remove the
/// certificate «gis»?"). `denied` where nobody can be asked (the message names `flag`), and when
/// the answer is no.
Result<void> confirm(const Context& context, std::string_view question,
                     std::string_view flag = "--yes");

/// What an answer means: "y", "yes" and "n", "no", without regard to case and blanks; `usual` for
/// an empty one; nothing for all else.
std::optional<bool> to_decision(std::string_view answer, bool usual);

}  // namespace rhumb::cli
