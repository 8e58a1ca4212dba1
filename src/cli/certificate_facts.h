#pragma once
/// What the command line says of certificates, as JSON and as text.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "certs/inventory.h"

namespace rhumb::cli {

/// "valid", "due for renewal", "expired", "not yet valid", "unreadable", "archived".
std::string state_of(const certs::Entry& entry, Seconds now);

/// All facts of one entry.
nlohmann::ordered_json to_json(const certs::Entry& entry, Seconds now);

}  // namespace rhumb::cli
