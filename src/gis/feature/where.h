#pragma once
/// The `where` of a query: the small SQL-92 subset that GeoServices promises for every kind of
/// data, parsed into a tree. No text of a client goes any further than this parser: a source either
/// evaluates the tree or writes its own SQL from it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gis/feature/feature.h"

namespace rhumb::gis {

/// What a where is made of. Operands stand in `arguments`.
struct WhereNode {
    enum class Kind : std::uint8_t {
        logical_and,
        logical_or,
        logical_not,
        equal,
        not_equal,
        less,
        less_equal,
        greater,
        greater_equal,  ///< two operands of one type
        like,           ///< value, pattern; `escape` holds the escape character, or 0
        in,             ///< value, then the list
        between,        ///< value, low, high
        is_null,
        field,    ///< `field`
        literal,  ///< `literal`
        upper,
        lower,
        boolean,  ///< `literal` is 1 or 0: TRUE, FALSE, and what compares constants
    };
    Kind kind = Kind::literal;
    std::vector<WhereNode> arguments;
    std::size_t field = 0;
    Value literal;
    char escape = 0;
};

/// A condition on the features of one layer. Immutable, safe to share between threads.
class Where {
public:
    /// Where parsing gives up, so that no question costs more than it may.
    static constexpr std::size_t length_max = 64U << 10U;
    static constexpr std::size_t depth_max = 64;
    static constexpr std::size_t tokens_max = 16384;

    /// `invalid` with the column of the fault: unknown names, functions and anything outside the
    /// subset.
    static Result<std::shared_ptr<const Where>> parse(std::string_view text,
                                                      const LayerSchema& schema);

    const WhereNode& root() const { return root_; }

    /// Which fields it reads: indices of LayerSchema::fields, ascending, without repetition.
    const std::vector<std::size_t>& fields() const { return fields_; }

    /// True when it holds for the values that `value_of` tells (by field index). NULL is unknown,
    /// as in SQL.
    bool matches(const std::function<const Value&(std::size_t field)>& value_of) const;

    /// True when it holds for every feature whatever its values, like 1=1.
    bool is_always_true() const;

private:
    Where(WhereNode root, std::vector<std::size_t> fields)
        : root_{std::move(root)}, fields_{std::move(fields)} {}

    WhereNode root_;
    std::vector<std::size_t> fields_;
};

}  // namespace rhumb::gis
