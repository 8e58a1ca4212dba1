#pragma once
/// Spatial references and boxes as GeoServices' parameters write them.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gis/feature/crs.h"
#include "gis/feature/geometry.h"

namespace rhumb::gis::map {

/// From "102100", "EPSG:3857", {"wkid":102100} (the number may be a string),
/// {"wkid":…,"latestWkid":…} or {"wkt":"…"}. `parameter` is what the error says was wrong.
Result<Crs> parse_spatial_reference(std::string_view written, std::string_view parameter);

/// {"wkid":102100,"latestWkid":3857} or {"wkt":"…"}.
std::string spatial_reference_json(const Crs& crs);

/// A box, and the reference system that was written beside it.
struct ReferencedBox {
    Envelope box;  ///< finite; may be a point or a line, never empty
    std::optional<Crs> crs;
};

/// From "xmin,ymin,xmax,ymax" or {"xmin":…,"ymin":…,"xmax":…,"ymax":…,"spatialReference":{…}}.
Result<ReferencedBox> parse_box(std::string_view written, std::string_view parameter);

/// {"xmin":…,"ymin":…,"xmax":…,"ymax":…,"spatialReference":{…}}
std::string box_json(const Envelope& box, const Crs& crs);

}  // namespace rhumb::gis::map
