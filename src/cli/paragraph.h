#pragma once
/// Prose for a terminal of 80 columns.

#include <string>
#include <string_view>

namespace rhumb::cli {

/// `text` in lines that end at column 78, each behind `indent` blanks; a word that is longer stands
/// alone. Lines of its own stay lines. Ends with a line break.
std::string paragraph(std::string_view text, std::size_t indent = 0);

}  // namespace rhumb::cli
