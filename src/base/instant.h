#pragma once
/// A moment, as people and programs write it.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace rhumb {

/// "2026-11-23", "2026-11-23T14:05", "2026-11-23 14:05:30.5Z", "2026-11-23T14:05:30+01:00" (RFC
/// 3339; without a zone UTC is meant; parts of a second are cut off), "@1763906730" (seconds of the
/// epoch).
Result<Seconds> parse_instant(std::string_view text);

/// "2026-11-23 14:05 UTC", for people.
std::string to_readable(Seconds time);
/// "2026-11-23T14:05:00Z", for programs.
std::string to_iso(Seconds time);

}  // namespace rhumb
