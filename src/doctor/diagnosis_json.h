#pragma once
/// What the doctor found, for programs: docs/doctor.md has the members.

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "doctor/diagnosis.h"

namespace rhumb::doctor {

/// Of all diagnoses together.
struct Counts {
    std::size_t errors = 0;
    std::size_t warnings = 0;
    std::size_t notes = 0;
    std::chrono::milliseconds took{0};
};
Counts count(const std::vector<Diagnosis>& diagnoses);

double seconds_of(std::chrono::milliseconds took);

/// Texts are as servers sent them, which may be no UTF-8: who writes it out replaces that.
nlohmann::ordered_json to_json(const std::vector<Diagnosis>& diagnoses);

}  // namespace rhumb::doctor
