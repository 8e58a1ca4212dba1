#pragma once
/// What goes into statements and comes out of them, whatever the database.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rhumb::storage {

using SqlValue = std::variant<std::monostate, long long, std::string>;

/// For `:name` in a statement.
struct SqlParameter {
    std::string_view name{};
    SqlValue value{};
};
using SqlParameters = std::vector<SqlParameter>;

struct SqlRows {
    using Row = std::vector<std::optional<std::string>>;  ///< null: nothing

    std::vector<std::string> columns{};  ///< in lower case
    std::vector<Row> rows{};

    /// Nothing when there is no such column.
    std::optional<std::size_t> column(std::string_view name) const;
};

/// More is refused: of one value, and of all of one answer.
inline constexpr std::size_t sql_value_bytes_max = std::size_t{64} << 10U;
inline constexpr std::size_t sql_answer_bytes_max = std::size_t{32} << 20U;

}  // namespace rhumb::storage
