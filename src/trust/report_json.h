#pragma once
/// What trust stores said, for programs.

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "trust/install.h"

namespace rhumb::trust {

nlohmann::ordered_json to_json(const Report& report);

/// A root, and with each store's report whether it is `trusted` there: null where it could not be
/// asked.
nlohmann::ordered_json to_json(const pki::Certificate& root, const std::vector<Report>& asked);

}  // namespace rhumb::trust
