#pragma once
/// Appends JSON to a string, piece by piece: no tree is built for what may hold a million numbers.

#include <cstdint>
#include <string>
#include <string_view>

namespace rhumb::gis::json_text {

/// "text" with quotes; what is not UTF-8 becomes U+FFFD. < and > are escaped as well, so that no
/// browser finds markup in it.
void append_string(std::string& to, std::string_view text);

/// The shortest text that reads back as the same number; null for one that is not finite.
void append_number(std::string& to, double number);
void append_number(std::string& to, std::int64_t number);

/// At most `decimals` (0 … 15) digits after the point, without zeros at the end.
void append_rounded(std::string& to, double number, int decimals);

/// The same JSON with line ends and two blanks for each level.
std::string pretty(std::string_view json);

}  // namespace rhumb::gis::json_text
