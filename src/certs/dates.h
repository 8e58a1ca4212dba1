#pragma once
/// Dates as people read them.

#include <string>

#include "base/clock.h"

namespace rhumb::certs {

/// "2026-03-01", in UTC.
std::string to_date(Seconds time);

}  // namespace rhumb::certs
