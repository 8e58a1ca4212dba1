#pragma once
/// Upper and lower case of the scripts that place names are mostly written in.

#include <string>
#include <string_view>

namespace rhumb::gis {

/// Basic Latin, Latin-1, Latin Extended-A, Greek and Cyrillic, letter by letter (ß stays ß); all
/// else as it is. Needs no locale, so that a query means the same on every machine.
std::string to_upper(std::string_view utf8);
std::string to_lower(std::string_view utf8);

}  // namespace rhumb::gis
