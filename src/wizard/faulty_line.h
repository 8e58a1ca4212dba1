#pragma once
/// Which field a line of a written configuration is of. Inside this module only.

#include <cstdint>
#include <string_view>

#include "wizard/steps.h"

namespace rhumb::wizard {

struct FieldPlace {
    std::string step{};
    std::string field{};
};

/// `line` counts from 1. A line that no step is about: that of the summary.
FieldPlace field_at(std::string_view text, std::uint32_t line, const Decision& decision);

}  // namespace rhumb::wizard
