#pragma once
/// Queries with named places, as an administrator writes them: "SELECT … WHERE login = :name".
/// Values never become part of a text; they are bound.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::storage {

struct SqlQuery {
    std::string text{};                ///< each place has a name of its own: :p0, :p1 …
    std::vector<std::string> names{};  ///< what belongs there: "name", "name", "count"
    bool has_casts = false;            ///< a::b, which SOCI's ODBC part takes for a place

    /// "p0".
    static std::string place_name(std::size_t index);
};

/// Knows strings, quoted names and comments, in which nothing is a place; comments are left out.
/// `invalid`, with what is wrong: more than 16 KiB, no UTF-8, something that is not closed, more
/// than one statement, and what drivers read differently (dollar quotes, E'…', places of theirs:
/// ?).
Result<SqlQuery> to_query(std::string_view text);

}  // namespace rhumb::storage
