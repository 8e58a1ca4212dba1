#include "gis/feature/spatial.h"

#include <algorithm>

#include <ogr_api.h>
#include <ogr_geometry.h>

#include "gis/feature/gdal.h"
#include "gis/feature/ogr_geometry.h"

namespace rhumb::gis {

SpatialFilter SpatialFilter::box(const Envelope& envelope) {
    SpatialFilter filter;
    if (envelope.is_empty()) return filter;
    filter.geometry.type = GeometryType::polygon;
    filter.geometry.begin_part();
    filter.geometry.add(envelope.xmin, envelope.ymin);
    filter.geometry.add(envelope.xmin, envelope.ymax);
    filter.geometry.add(envelope.xmax, envelope.ymax);
    filter.geometry.add(envelope.xmax, envelope.ymin);
    filter.geometry.add(envelope.xmin, envelope.ymin);
    return filter;
}

namespace {

/// True when the line piece from a to b has a point in the box: clipped edge by edge (Liang and
/// Barsky).
bool piece_touches(const double* a, const double* b, const Envelope& box) {
    double from = 0;
    double to = 1;
    const auto clip = [&](double towards, double distance) {
        if (towards == 0) return distance >= 0;
        const double at = distance / towards;
        if (towards < 0) {
            from = std::max(from, at);
        } else {
            to = std::min(to, at);
        }
        return from <= to;
    };
    const double dx = b[0] - a[0];
    const double dy = b[1] - a[1];
    return clip(-dx, a[0] - box.xmin) && clip(dx, box.xmax - a[0]) && clip(-dy, a[1] - box.ymin) &&
           clip(dy, box.ymax - a[1]);
}

/// Even-odd rule over all rings.
bool is_inside(const Geometry& polygon, double x, double y) {
    bool inside = false;
    for (std::size_t p = 0; p < polygon.parts.size(); ++p) {
        const auto ring = polygon.part(p);
        for (std::size_t i = 0; i + 3 < ring.size(); i += 2) {
            const double y1 = ring[i + 1];
            const double y2 = ring[i + 3];
            if ((y1 > y) == (y2 > y)) continue;
            if (x < ring[i] + (y - y1) / (y2 - y1) * (ring[i + 2] - ring[i])) inside = !inside;
        }
    }
    return inside;
}

/// The box that `polygon` is, when it is one.
std::optional<Envelope> as_box(const Geometry& polygon) {
    if (polygon.type != GeometryType::polygon || polygon.parts.size() != 1 ||
        polygon.vertex_count() != 5)
        return std::nullopt;
    const auto box = polygon.envelope();
    const auto& v = polygon.xy;
    for (std::size_t i = 0; i < v.size(); i += 2) {
        const bool is_corner = (v[i] == box.xmin || v[i] == box.xmax) &&
                               (v[i + 1] == box.ymin || v[i + 1] == box.ymax);
        if (!is_corner) return std::nullopt;
        const bool is_diagonal = i + 3 < v.size() && v[i] != v[i + 2] && v[i + 1] != v[i + 3];
        if (is_diagonal) return std::nullopt;
    }
    return box;
}

}  // namespace

bool touches_box(const Geometry& geometry, const Envelope& box) {
    const auto& xy = geometry.xy;
    for (std::size_t i = 0; i + 1 < xy.size(); i += 2) {
        if (box.contains(xy[i], xy[i + 1])) return true;
    }
    for (std::size_t p = 0; p < geometry.parts.size(); ++p) {
        const auto part = geometry.part(p);
        for (std::size_t i = 0; i + 3 < part.size(); i += 2) {
            if (piece_touches(&part[i], &part[i + 2], box)) return true;
        }
    }
    return geometry.type == GeometryType::polygon && is_inside(geometry, box.xmin, box.ymin);
}

struct SpatialTest::Prepared {
    SpatialRelation relation;
    Envelope envelope;
    std::optional<Envelope> box;  ///< set when the filter is one
    std::unique_ptr<OGRGeometry> shape;
    OGRPreparedGeometryUniquePtr prepared;
};

SpatialTest::SpatialTest(const SpatialFilter& filter) : prepared_{std::make_unique<Prepared>()} {
    prepared_->relation = filter.relation;
    prepared_->envelope = filter.geometry.envelope();
    prepared_->box = as_box(filter.geometry);
    const bool is_arithmetic = filter.relation == SpatialRelation::envelope_intersects ||
                               (filter.relation == SpatialRelation::intersects && prepared_->box);
    if (is_arithmetic) return;
    const gdal::Complaints complaints;
    prepared_->shape = to_ogr(filter.geometry);
    if (prepared_->shape != nullptr)
        prepared_->prepared.reset(
            OGRCreatePreparedGeometry(OGRGeometry::ToHandle(prepared_->shape.get())));
}
SpatialTest::SpatialTest(SpatialTest&&) noexcept = default;
SpatialTest::~SpatialTest() = default;

const Envelope& SpatialTest::box() const { return prepared_->envelope; }

bool SpatialTest::matches(const Geometry& geometry) const {
    if (geometry.is_empty()) return false;
    const auto box = geometry.envelope();
    if (!box.intersects(prepared_->envelope)) return false;
    if (prepared_->relation == SpatialRelation::envelope_intersects) return true;
    if (prepared_->relation == SpatialRelation::intersects && prepared_->box) {
        return prepared_->box->contains(box) || touches_box(geometry, *prepared_->box);
    }
    if (prepared_->shape == nullptr) return false;
    const gdal::Complaints
        complaints;  // GEOS on an invalid polygon: no match, and nothing on standard error
    const auto other = to_ogr(geometry);
    const OGRGeometry& shape = *prepared_->shape;
    switch (prepared_->relation) {
        case SpatialRelation::envelope_intersects: return true;
        case SpatialRelation::intersects:
            return prepared_->prepared != nullptr
                       ? OGRPreparedGeometryIntersects(prepared_->prepared.get(),
                                                       OGRGeometry::ToHandle(other.get())) != 0
                       : shape.Intersects(other.get()) != 0;
        // The relation is said of the question's geometry: "contains" finds the features that lie
        // in it.
        case SpatialRelation::contains: return shape.Contains(other.get()) != 0;
        case SpatialRelation::within: return shape.Within(other.get()) != 0;
        case SpatialRelation::crosses: return shape.Crosses(other.get()) != 0;
        case SpatialRelation::overlaps: return shape.Overlaps(other.get()) != 0;
        case SpatialRelation::touches: return shape.Touches(other.get()) != 0;
    }
    return false;
}

}  // namespace rhumb::gis
