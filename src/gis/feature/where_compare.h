#pragma once
/// How values compare: the one place, used by the parser for constants, by where and by ordering.

#include <string_view>

#include "gis/feature/where.h"

namespace rhumb::gis {

/// Below, equal, above: negative, 0, positive. Numbers by value, text by its bytes, dates by time;
/// NULL comes before everything, and kinds that cannot be compared stand in the order of Value's
/// alternatives.
int compare(const Value& a, const Value& b);

/// Whether `kind` (equal … greater_equal) holds for the outcome of compare().
bool holds_between(WhereNode::Kind kind, int compared);

/// LIKE: % any characters, _ one character (a whole UTF-8 sequence), `escape` before either takes
/// its meaning away.
bool is_like(std::string_view text, std::string_view pattern, char escape);

}  // namespace rhumb::gis
