#pragma once
/// Dates in answers.

#include <optional>
#include <string>

#include "base/clock.h"

namespace rhumb::fetch {

/// The value of Date, Expires and their like (RFC 9110 section 5.6.7, and other forms in use);
/// nothing when it is none.
std::optional<Seconds> parse_date(const std::string& text);

}  // namespace rhumb::fetch
