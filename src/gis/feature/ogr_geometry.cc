#include "gis/feature/ogr_geometry.h"

#include <ogr_geometry.h>

namespace rhumb::gis {

GeometryType geometry_type_of(int ogr_type) {
    switch (wkbFlatten(OGR_GT_GetLinear(static_cast<OGRwkbGeometryType>(ogr_type)))) {
        case wkbPoint: return GeometryType::point;
        case wkbMultiPoint: return GeometryType::multipoint;
        case wkbLineString:
        case wkbMultiLineString: return GeometryType::polyline;
        case wkbPolygon:
        case wkbMultiPolygon:
        case wkbTriangle:
        case wkbTIN:
        case wkbPolyhedralSurface: return GeometryType::polygon;
        default: return GeometryType::none;
    }
}

namespace {

/// One copy of all vertices of a path; then those that are not finite are taken out again, which is
/// rare.
void add_path(const OGRSimpleCurve& path, Geometry& geometry, bool is_ring, bool is_hole) {
    const auto count = static_cast<std::size_t>(path.getNumPoints());
    if (count == 0) return;
    const std::size_t first = geometry.xy.size();
    geometry.begin_part(is_hole);
    geometry.xy.resize(first + count * 2);
    constexpr int stride = 2 * sizeof(double);
    double* to = geometry.xy.data() + first;
    path.getPoints(to, stride, to + 1, stride);
    std::size_t kept = first;
    for (std::size_t i = first; i < geometry.xy.size(); i += 2) {
        if (!std::isfinite(geometry.xy[i]) || !std::isfinite(geometry.xy[i + 1])) continue;
        geometry.xy[kept] = geometry.xy[i];
        geometry.xy[kept + 1] = geometry.xy[i + 1];
        kept += 2;
    }
    geometry.xy.resize(kept);
    if (kept > first && is_ring) {
        const double x = geometry.xy[first];
        const double y = geometry.xy[first + 1];
        if (geometry.xy[kept - 2] != x || geometry.xy[kept - 1] != y) geometry.add(x, y);
    }
    const std::size_t least = is_ring ? 8 : 2;
    if (geometry.xy.size() - first < least) {
        geometry.xy.resize(first);
        geometry.parts.pop_back();
    }
}

void add_polygon(const OGRPolygon& polygon, Geometry& geometry) {
    const OGRLinearRing* outer = polygon.getExteriorRing();
    if (outer == nullptr) return;
    const std::size_t parts = geometry.parts.size();
    add_path(*outer, geometry, true, false);
    if (geometry.parts.size() == parts) return;
    for (int i = 0; i < polygon.getNumInteriorRings(); ++i)
        add_path(*polygon.getInteriorRing(i), geometry, true, true);
}

void add_point(const OGRPoint& point, Geometry& geometry) {
    if (point.IsEmpty() == 0 && std::isfinite(point.getX()) && std::isfinite(point.getY()))
        geometry.add(point.getX(), point.getY());
}

void add(const OGRGeometry& ogr, Geometry& geometry) {
    switch (wkbFlatten(ogr.getGeometryType())) {
        case wkbPoint: add_point(*ogr.toPoint(), geometry); return;
        case wkbLineString: add_path(*ogr.toLineString(), geometry, false, false); return;
        case wkbPolygon:
        case wkbTriangle: add_polygon(*ogr.toPolygon(), geometry); return;
        case wkbTIN:
        case wkbPolyhedralSurface:
            for (const auto* face : *ogr.toPolyhedralSurface()) add_polygon(*face, geometry);
            return;
        case wkbMultiPoint:
        case wkbMultiLineString:
        case wkbMultiPolygon:
            for (const auto* part : *ogr.toGeometryCollection()) add(*part, geometry);
            return;
        default: return;
    }
}

}  // namespace

void to_geometry(const OGRGeometry* ogr, GeometryType wanted, Geometry& geometry) {
    geometry.clear();
    if (ogr == nullptr || wanted == GeometryType::none || ogr->IsEmpty() != 0) return;
    std::unique_ptr<OGRGeometry> linear;
    if (ogr->hasCurveGeometry(TRUE) != 0) {
        linear.reset(ogr->getLinearGeometry());
        ogr = linear.get();
        if (ogr == nullptr) return;
    }
    // A collection of one is that one.
    while (wkbFlatten(ogr->getGeometryType()) == wkbGeometryCollection &&
           ogr->toGeometryCollection()->getNumGeometries() == 1) {
        ogr = ogr->toGeometryCollection()->getGeometryRef(0);
    }
    const auto type = geometry_type_of(ogr->getGeometryType());
    const bool fits =
        type == wanted || (type == GeometryType::point && wanted == GeometryType::multipoint);
    if (!fits) return;
    geometry.type = wanted;
    add(*ogr, geometry);
    if (geometry.is_empty()) {
        geometry.clear();
    } else if (wanted == GeometryType::polygon) {
        orient_rings(geometry);
    }
}

namespace {

void set_points(OGRSimpleCurve& path, std::span<const double> xy) {
    path.setNumPoints(static_cast<int>(xy.size() / 2), FALSE);
    for (std::size_t i = 0; i + 1 < xy.size(); i += 2)
        path.setPoint(static_cast<int>(i / 2), xy[i], xy[i + 1]);
}

std::unique_ptr<OGRGeometry> polygons_of(const Geometry& geometry) {
    auto all = std::make_unique<OGRMultiPolygon>();
    std::unique_ptr<OGRPolygon> one;
    for (std::size_t i = 0; i < geometry.parts.size(); ++i) {
        auto ring = std::make_unique<OGRLinearRing>();
        set_points(*ring, geometry.part(i));
        if (!geometry.parts[i].is_hole || one == nullptr) {
            if (one != nullptr) all->addGeometryDirectly(one.release());
            one = std::make_unique<OGRPolygon>();
        }
        one->addRingDirectly(ring.release());
    }
    if (one != nullptr) all->addGeometryDirectly(one.release());
    return all;
}

}  // namespace

std::unique_ptr<OGRGeometry> to_ogr(const Geometry& geometry) {
    if (geometry.is_empty()) return nullptr;
    switch (geometry.type) {
        case GeometryType::none: return nullptr;
        case GeometryType::point: return std::make_unique<OGRPoint>(geometry.xy[0], geometry.xy[1]);
        case GeometryType::multipoint: {
            auto all = std::make_unique<OGRMultiPoint>();
            for (std::size_t i = 0; i + 1 < geometry.xy.size(); i += 2) {
                all->addGeometryDirectly(
                    std::make_unique<OGRPoint>(geometry.xy[i], geometry.xy[i + 1]).release());
            }
            return all;
        }
        case GeometryType::polyline: {
            auto all = std::make_unique<OGRMultiLineString>();
            for (std::size_t i = 0; i < geometry.parts.size(); ++i) {
                auto path = std::make_unique<OGRLineString>();
                set_points(*path, geometry.part(i));
                all->addGeometryDirectly(path.release());
            }
            return all;
        }
        case GeometryType::polygon: return polygons_of(geometry);
    }
    return nullptr;
}

}  // namespace rhumb::gis
