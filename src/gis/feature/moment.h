#pragma once
/// Dates and times as text and as Instant. Everything is UTC; the calendar is the proleptic
/// Gregorian one.

#include <optional>
#include <string>
#include <string_view>

#include "gis/feature/feature.h"

namespace rhumb::gis {

/// "2026-11-22", "2026-11-22 13:05:09", "2026-11-22T13:05:09.250Z". Nothing for any other text or a
/// day that is none.
std::optional<Instant> to_instant(std::string_view raw);

/// From its parts; `seconds` may have a fraction.
Instant to_instant(int year, int month, int day, int hour, int minute, double seconds);

/// "2026-11-22T13:05:09Z", with milliseconds where there are some.
std::string to_text(Instant instant);

}  // namespace rhumb::gis
