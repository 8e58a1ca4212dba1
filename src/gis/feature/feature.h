#pragma once
/// A feature: an identity, values and a geometry; and the schema of the layer that it comes from.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gis/feature/crs.h"
#include "gis/feature/geometry.h"

namespace rhumb::gis {

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t milliseconds = 0;
    auto operator<=>(const Instant&) const = default;
};

/// The value of a field. monostate is NULL.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Instant>;

enum class FieldType : std::uint8_t {
    oid,
    small_integer,
    integer,
    big_integer,
    single,
    real,
    string,
    date,
    guid
};

/// A column of a layer.
struct Field {
    std::string name;
    FieldType type = FieldType::string;
    std::string alias;  ///< for people; the name where nothing better is known
    int length = 0;     ///< string: the most characters; 0: not known
    bool is_nullable = true;
};

/// What is constant about a layer while it is open.
struct LayerSchema {
    std::string name;
    GeometryType geometry_type = GeometryType::none;
    Crs crs;
    std::vector<Field> fields;  ///< the object id first; without geometry
    std::size_t id_field = 0;   ///< index of the object id in `fields`
    std::size_t display_field = 0;
    Envelope extent;  ///< in `crs`; empty when there is nothing
    std::uint64_t feature_count = 0;

    const Field& id() const { return fields[id_field]; }
    /// Ignores case, as clients do.
    std::optional<std::size_t> find_field(std::string_view wanted) const;
};

/// One feature. A source fills the same Feature again and again: copy what is to outlive the visit.
struct Feature {
    std::int64_t id = 0;        ///< positive, stable, below 2^31, unique in its layer
    std::vector<Value> values;  ///< in the order of Query::fields
    Geometry geometry;          ///< in the layer's CRS; empty when not wanted or when there is none
};

}  // namespace rhumb::gis
