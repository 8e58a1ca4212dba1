#pragma once
/// How events are chained. Inside this module only.

#include <string>
#include <string_view>

#include "storage/records.h"
#include "storage/session.h"

namespace rhumb::storage {

/// The chain of `event` behind `previous` (hexadecimal; "": it is the first).
Result<std::string> chain_of(std::string_view previous, const Event& event);

/// The event with what cannot be kept replaced: bytes that are no UTF-8, and control characters
/// but tabs and line ends.
Event cleaned(Event event);

/// For the migration: chains all events there are.
Result<void> chain_events(Session& session);

}  // namespace rhumb::storage
