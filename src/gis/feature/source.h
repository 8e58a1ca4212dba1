#pragma once
/// FeatureSource: the seam behind which a kind of data lives (GeoPackage and its like through GDAL
/// today). A new kind of data is a new file that implements this.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "gis/feature/feature.h"
#include "gis/feature/where.h"

namespace rhumb::gis {

/// How a feature has to lie to the geometry of the question. `envelope_intersects` is the cheapest
/// question of a format: it finds at least what has a point in the envelope, at most what has an
/// envelope that touches it.
enum class SpatialRelation : std::uint8_t {
    envelope_intersects,
    intersects,
    contains,
    within,
    crosses,
    overlaps,
    touches
};

/// The question of where.
struct SpatialFilter {
    Geometry geometry;  ///< in the layer's CRS
    SpatialRelation relation = SpatialRelation::envelope_intersects;

    static SpatialFilter box(const Envelope& envelope);
};

struct OrderBy {
    std::size_t field = 0;  ///< index in LayerSchema::fields
    bool is_descending = false;
};

/// What is asked of a source. All conditions hold together; the default asks for everything.
struct Query {
    std::shared_ptr<const Where> where;            ///< null: every feature
    std::optional<std::vector<std::int64_t>> ids;  ///< object ids; an empty list asks for nothing
    std::optional<SpatialFilter> spatial;
    std::vector<std::size_t>
        fields;  ///< indices in LayerSchema::fields; which values a Feature carries
    bool wants_geometry = true;
    double simplify = 0;         ///< a tolerance in the layer's units, for pictures; 0: as it is
    std::vector<OrderBy> order;  ///< empty with an offset or limit: by object id
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> limit;
    /// Past it the source gives up with `unavailable`.
    std::optional<std::chrono::steady_clock::time_point> deadline;
};

/// Sees one feature at a time; false ends the reading (which is no error).
using FeatureVisitor = std::function<bool(const Feature&)>;

/// What a question comes to, without the features.
struct ExtentAndCount {
    Envelope extent;  ///< in the layer's CRS
    std::uint64_t count = 0;
};

/// A layer of features. Every method may be called by any number of threads at once; all but
/// schema() block and belong into net::Pool.
class FeatureSource {
public:
    virtual ~FeatureSource() = default;

    /// Constant for as long as the source lives.
    virtual const LayerSchema& schema() const = 0;

    /// Shows each feature that answers `query` to `visit`.
    virtual Result<void> read(const Query& query, const FeatureVisitor& visit) const = 0;

    /// How many there are; offset and limit do not count.
    virtual Result<std::uint64_t> count(const Query& query) const = 0;

    /// Around which box; offset and limit do not count.
    virtual Result<ExtentAndCount> extent(const Query& query) const = 0;
};

}  // namespace rhumb::gis
