#pragma once
/// Judgements on where users and roles are. Pure.

#include <span>
#include <vector>

#include "doctor/finding.h"
#include "doctor/people_seen.h"

namespace rhumb::doctor {

std::vector<Finding> judge_people(const PeopleSeen& seen, Seconds now);

std::span<const Rule> people_rules();

}  // namespace rhumb::doctor
