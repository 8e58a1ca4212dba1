#pragma once
/// Judges the audit trail. Pure.

#include <span>
#include <vector>

#include "doctor/finding.h"
#include "storage/audit.h"

namespace rhumb::doctor {

std::vector<Finding> judge_trail(const storage::AuditReport& report);

std::span<const Rule> trail_rules();

}  // namespace rhumb::doctor
