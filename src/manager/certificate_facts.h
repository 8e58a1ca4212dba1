#pragma once
/// What the command line and the API say of certificates, as JSON and as text.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "certs/inventory.h"
#include "certs/renewal_plan.h"

namespace rhumb::manager {

/// "ok", "due", "near its end", "expired", "not yet valid", "unreadable", "archived".
std::string state_of(const certs::Entry& entry, Seconds now);

/// How much of its life is left: "74 %"; "" where that means nothing.
std::string left_of(const certs::Entry& entry, Seconds now);

/// Who renews it, and when: "by itself from 2026-12-03", "by you".
std::string renewal_of(const certs::Entry& entry);

/// All facts of one entry.
nlohmann::ordered_json to_json(const certs::Entry& entry, Seconds now);

}  // namespace rhumb::manager
