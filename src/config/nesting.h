#pragma once
/// A look at TOML text before it is parsed: toml++ bounds the nesting of brackets, but not that of
/// dotted keys, and frees a deep tree by recursion.

#include <cstddef>
#include <optional>
#include <string_view>

#include "config/tree.h"

namespace rhumb::config {

/// Where brackets or dotted keys nest deeper than `levels_max`; nothing when they do not. Reads
/// text as a TOML parser does up to the first fault of syntax; what it says about the rest does not
/// matter.
std::optional<Place> find_too_deep(std::string_view text, std::size_t levels_max);

}  // namespace rhumb::config
