#pragma once
/// Between OGR's geometries and ours. Private to gis/feature.

#include <memory>

#include "gis/feature/geometry.h"

class OGRGeometry;

namespace rhumb::gis {

/// Which of our kinds an OGR geometry type is; `none` for collections of different kinds and
/// unknown ones.
GeometryType geometry_type_of(int ogr_type);

/// Fills `geometry` from `ogr` (may be null), whose kind has to be `wanted`; anything else leaves
/// it empty. Z and M are dropped, curves become lines, empty parts and vertices that are not finite
/// are left out, rings are closed and oriented.
void to_geometry(const OGRGeometry* ogr, GeometryType wanted, Geometry& geometry);

/// The same shape for OGR and GEOS; null for an empty one.
std::unique_ptr<OGRGeometry> to_ogr(const Geometry& geometry);

}  // namespace rhumb::gis
