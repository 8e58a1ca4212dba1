#include "gis/feature/gpkg_sql.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace rhumb::gis {

namespace {

std::string quoted(std::string_view text, char quote) {
    std::string result(1, quote);
    for (const char c : text) {
        if (c == quote) result += quote;
        if (c != '\0') result += c;
    }
    return result += quote;
}

}  // namespace

std::string quoted_name(std::string_view name) { return quoted(name, '"'); }
std::string quoted_text(std::string_view text) { return quoted(text, '\''); }

namespace {

class Writer {
public:
    Writer(const std::function<std::string(std::size_t)>& column_of, const LayerSchema& schema)
        : column_of_{column_of}, schema_{schema} {}

    SqlCondition condition(const WhereNode& node) const {
        using Kind = WhereNode::Kind;
        switch (node.kind) {
            case Kind::logical_and: return conjunction(node);
            case Kind::logical_or: return disjunction(node);
            case Kind::logical_not: {
                const auto inner = condition(node.arguments[0]);
                // The opposite of more rows than asked for would be fewer: leave it to the reader.
                if (!inner.is_exact || inner.text.empty()) return everything();
                return {"NOT (" + inner.text + ")", true};
            }
            case Kind::boolean:
                return {std::get<std::int64_t>(node.literal) != 0 ? "1" : "0", true};
            default: return predicate(node);
        }
    }

private:
    static SqlCondition everything() { return {"", false}; }

    SqlCondition conjunction(const WhereNode& node) const {
        SqlCondition all;
        for (const auto& argument : node.arguments) {
            const auto part = condition(argument);
            all.is_exact = all.is_exact && part.is_exact;
            if (part.text.empty()) continue;
            all.text += (all.text.empty() ? "(" : " AND (") + part.text + ")";
        }
        return all;
    }

    SqlCondition disjunction(const WhereNode& node) const {
        SqlCondition any;
        for (const auto& argument : node.arguments) {
            const auto part = condition(argument);
            if (part.text.empty()) return everything();
            any.is_exact = any.is_exact && part.is_exact;
            any.text += (any.text.empty() ? "(" : " OR (") + part.text + ")";
        }
        return any;
    }

    SqlCondition predicate(const WhereNode& node) const {
        using Kind = WhereNode::Kind;
        std::vector<std::string> operands;
        for (const auto& argument : node.arguments) {
            operands.push_back(operand(argument));
            if (operands.back().empty()) return everything();
        }
        const auto& a = operands;
        switch (node.kind) {
            case Kind::equal: return {a[0] + " = " + a[1], true};
            case Kind::not_equal: return {a[0] + " <> " + a[1], true};
            case Kind::less: return {a[0] + " < " + a[1], true};
            case Kind::less_equal: return {a[0] + " <= " + a[1], true};
            case Kind::greater: return {a[0] + " > " + a[1], true};
            case Kind::greater_equal: return {a[0] + " >= " + a[1], true};
            case Kind::between: return {a[0] + " BETWEEN " + a[1] + " AND " + a[2], true};
            case Kind::is_null: return {a[0] + " IS NULL", true};
            case Kind::in: {
                std::string list;
                for (std::size_t i = 1; i < a.size(); ++i) list += (i > 1 ? "," : "") + a[i];
                return {a[0] + " IN (" + list + ")", true};
            }
            // SQLite's LIKE ignores the case of ASCII letters and has a limit on patterns.
            default: return everything();
        }
    }

    /// Empty where SQLite is not to judge it.
    std::string operand(const WhereNode& node) const {
        if (node.kind == WhereNode::Kind::field) {
            return schema_.fields[node.field].type == FieldType::date ? "" : column_of_(node.field);
        }
        if (node.kind != WhereNode::Kind::literal) return "";
        if (const auto* whole = std::get_if<std::int64_t>(&node.literal)) {
            // The smallest number cannot be written as a literal of a minus and digits.
            return *whole == INT64_MIN ? "" : fmt::format("({})", *whole);
        }
        if (const auto* real = std::get_if<double>(&node.literal))
            return std::isfinite(*real) ? fmt::format("({:.17e})", *real) : "";
        if (const auto* text = std::get_if<std::string>(&node.literal)) {
            return text->find('\0') == std::string::npos ? quoted_text(*text) : "";
        }
        return "";
    }

    const std::function<std::string(std::size_t)>& column_of_;
    const LayerSchema& schema_;
};

/// Rows whose box touches `box`, by the R-tree. It keeps single precision, rounded outwards: a few
/// rows more.
std::string index_condition(const Envelope& box, const GpkgTable& table, const std::string& id) {
    return fmt::format(
        "{} IN (SELECT id FROM {} WHERE maxx >= {:.17g} AND minx <= {:.17g} AND maxy >= {:.17g} AND miny <= {:.17g})",
        id, quoted_name(table.index_table), box.xmin, box.xmax, box.ymin, box.ymax);
}

std::string ids_condition(const std::vector<std::int64_t>& ids, const GpkgTable& table,
                          const std::string& id) {
    std::string list;
    list.reserve(ids.size() * 8);
    for (const auto one : ids) {
        if (!list.empty()) list += ',';
        list += std::to_string(one - table.id_offset);
    }
    return fmt::format("{} IN ({})", id, list);
}

}  // namespace

SqlCondition sql_of(const Where& where, const std::function<std::string(std::size_t)>& column_of,
                    const LayerSchema& schema) {
    return Writer{column_of, schema}.condition(where.root());
}

namespace {

using ColumnOf = std::function<std::string(std::size_t)>;

/// " WHERE …", or nothing; `is_exact` tells whether it asks for all that the query does.
struct Restriction {
    std::string text;
    bool is_exact = true;

    void require(std::string_view condition) {
        text += fmt::format("{}{})", text.empty() ? " WHERE (" : " AND (", condition);
    }
};

void require_box(Restriction& restriction, const Envelope& box, const GpkgTable& table,
                 const std::string& id) {
    restriction.is_exact = false;  // boxes, not shapes
    if (box.is_empty()) {
        restriction.require("0");
    } else if (!table.index_table.empty()) {
        restriction.require(index_condition(box, table, id));
    }
}

Restriction restriction_of(const Query& query, const ColumnOf& column_of, const GpkgTable& table,
                           const LayerSchema& schema, const std::string& id) {
    Restriction restriction;
    if (query.where != nullptr) {
        const auto sql = sql_of(*query.where, column_of, schema);
        if (!sql.text.empty()) restriction.require(sql.text);
        restriction.is_exact = sql.is_exact;
    }
    if (query.ids) restriction.require(ids_condition(*query.ids, table, id));
    if (query.spatial) require_box(restriction, query.spatial->geometry.envelope(), table, id);
    return restriction;
}

/// The id first, then the fields, then the geometry.
std::string columns_of(const std::vector<std::size_t>& fields, bool wants_geometry,
                       const GpkgTable& table, const LayerSchema& schema, const std::string& id) {
    std::string columns = id;
    for (const auto field : fields) {
        if (field != schema.id_field) columns += ", " + quoted_name(table.columns[field]);
    }
    if (wants_geometry && !table.geometry_column.empty())
        columns += ", " + quoted_name(table.geometry_column);
    return columns;
}

/// " ORDER BY …", or nothing. A page needs an order, so the id always decides last.
std::string order_of(const Query& query, const ColumnOf& column_of, const std::string& id) {
    if (query.order.empty() && query.offset == 0 && !query.limit) return {};
    std::string order = " ORDER BY ";
    for (const auto& by : query.order)
        order += fmt::format("{} {}, ", column_of(by.field), by.is_descending ? "DESC" : "ASC");
    return order + id;
}

/// " LIMIT … OFFSET …", or nothing.
std::string page_of(const Query& query) {
    if (!query.limit && query.offset == 0) return {};
    constexpr std::uint64_t most = INT64_MAX;
    return fmt::format(" LIMIT {} OFFSET {}",
                       query.limit ? std::to_string(std::min(*query.limit, most)) : "-1",
                       std::min(query.offset, most));
}

}  // namespace

GpkgStatement statement_of(const Query& query, const std::vector<std::size_t>& fields,
                           bool wants_geometry, const GpkgTable& table, const LayerSchema& schema) {
    const std::string id = quoted_name(table.id_column);
    const ColumnOf column_of = [&](std::size_t field) {
        if (field != schema.id_field) return quoted_name(table.columns[field]);
        return table.id_offset == 0 ? id : fmt::format("({} + {})", id, table.id_offset);
    };
    const auto restriction = restriction_of(query, column_of, table, schema, id);
    const auto from = " FROM " + quoted_name(table.name) + restriction.text;

    GpkgStatement statement;
    statement.is_exact = restriction.is_exact;
    statement.count = "SELECT COUNT(*)" + from;
    statement.select = "SELECT " + columns_of(fields, wants_geometry, table, schema, id) + from +
                       order_of(query, column_of, id);
    if (statement.is_exact) statement.select += page_of(query);
    return statement;
}

}  // namespace rhumb::gis
