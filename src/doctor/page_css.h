#pragma once
/// What a style sheet loads.

#include <string_view>
#include <vector>

#include "doctor/page_reader.h"

namespace rhumb::doctor {

/// The url()s and imports in a style sheet, or in the value of a style attribute; no more than
/// `count_max`. Those of @font-face are fonts, those of @import styles, all others images.
std::vector<PageUse> read_style(std::string_view css, std::size_t count_max = page_items_max);

}  // namespace rhumb::doctor
