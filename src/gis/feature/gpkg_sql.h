#pragma once
/// SQL for a GeoPackage, written from a Query: every name in it comes from the file's own schema,
/// every value from the parsed tree. No text of a client is ever part of it.

#include <functional>
#include <string>
#include <string_view>

#include "gis/feature/source.h"

namespace rhumb::gis {

/// "a ""name""": safe as an identifier whatever it holds.
std::string quoted_name(std::string_view name);
/// 'it''s': safe as a text literal.
std::string quoted_text(std::string_view text);

/// A condition in SQLite's words that holds for at least every row the where holds for.
struct SqlCondition {
    std::string text;      ///< empty: every row
    bool is_exact = true;  ///< false: some rows more; the reader has to look at each
};

/// `column_of` names (or computes) the column of a field. What SQLite would judge otherwise than we
/// do (dates, LIKE, case of letters) is left to the reader.
SqlCondition sql_of(const Where& where,
                    const std::function<std::string(std::size_t field)>& column_of,
                    const LayerSchema& schema);

/// Where a layer's parts are in the file.
struct GpkgTable {
    std::string name;
    std::string id_column;
    std::int64_t id_offset = 0;   ///< object id = id column + offset
    std::string geometry_column;  ///< empty: a table without geometry
    std::string index_table;      ///< its R-tree; empty: none
    std::vector<std::string>
        columns;  ///< by field index of the schema; the object id's is not used
};

struct GpkgStatement {
    std::string select;    ///< columns: id, the fields, the geometry
    std::string count;     ///< the number of rows of the same condition, without limit
    bool is_exact = true;  ///< the rows are the answer, offset and limit included; else each row is
                           ///< to be judged
};

/// The statements that answer `query` with values of `fields`. Ordered as the query asks; by object
/// id where it has an offset or a limit.
GpkgStatement statement_of(const Query& query, const std::vector<std::size_t>& fields,
                           bool wants_geometry, const GpkgTable& table, const LayerSchema& schema);

}  // namespace rhumb::gis
