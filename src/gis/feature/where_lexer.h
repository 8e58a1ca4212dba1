#pragma once
/// Splits the text of a `where` into tokens. Private to where.cc.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::gis {

struct WhereToken {
    enum class Kind { word, quoted_name, text, number, symbol, end };
    Kind kind = Kind::end;
    std::string text;        ///< without quotes; symbols as they are, != as <>
    std::size_t column = 0;  ///< from 1, for messages
};

/// All tokens and one `end`. Refuses what no token begins with (a semicolon, a comment), text
/// without an end, text that is not UTF-8, and more than Where::tokens_max tokens.
Result<std::vector<WhereToken>> tokens_of(std::string_view where);

}  // namespace rhumb::gis
