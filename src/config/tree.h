#pragma once
/// TOML text as a tree of values with their places: what the readers of this module work on. The
/// only users of toml++ are behind this header.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "config/parse.h"

namespace rhumb::config {

/// Counted from 1.
struct Place {
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    auto operator<=>(const Place&) const = default;
};

struct Entry;

/// One value. Which member counts is said by `kind`.
struct Node {
    enum class Kind { text, integer, number, boolean, time, array, table };

    Kind kind = Kind::table;
    Place place;
    std::string text;
    std::int64_t integer = 0;
    double number = 0;
    bool boolean = false;
    std::vector<Node> items;
    std::vector<Entry> entries;  ///< in the order of the text

    /// "text", "a whole number" … as a message says it.
    std::string_view kind_name() const;
};

struct Entry {
    std::string key;
    Place place;  ///< the key's
    Node value;
};

/// The root table, or the first fault of syntax. Never recurses deeper than nesting_max allows.
tl::expected<Node, Diagnostic> parse_tree(std::string_view text, const std::string& file_name);

}  // namespace rhumb::config
