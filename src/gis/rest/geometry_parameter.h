#pragma once
/// The `geometry` of a request: JSON of any kind, or the short comma forms.

#include <optional>
#include <string_view>

#include "base/result.h"
#include "gis/feature/crs.h"
#include "gis/feature/geometry.h"

namespace rhumb::gis::rest {

/// A geometry as a client sent it.
struct ReferencedGeometry {
    Geometry geometry;  ///< an envelope is a polygon of its four corners
    bool is_envelope = false;
    std::optional<Crs> crs;  ///< what was written beside it
};

/// `raw` is JSON ({"x":…}, {"points":…}, {"paths":…}, {"rings":…}, {"xmin":…}) or numbers ("x,y"
/// or "xmin,ymin,xmax,ymax"). `type` is an esriGeometryType…; where it and the JSON differ, the
/// JSON counts. At most a million numbers.
Result<ReferencedGeometry> parse_geometry(std::string_view raw, std::string_view type);

/// In another system. An envelope stays one.
Result<Geometry> transformed(const ReferencedGeometry& read, const Crs& from, const Crs& to);

}  // namespace rhumb::gis::rest
