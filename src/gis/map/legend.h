#pragma once
/// The `legend` of a MapServer: a swatch for each layer, as clients show it beside the map.

#include <string>

#include "base/result.h"
#include "gis/map/description.h"
#include "gis/map/image.h"

namespace rhumb::gis::map {

/// A swatch of `side` × `side` pixels on a transparent ground: a plane, a line or a marker in the
/// layer's style.
Image draw_swatch(const Style& style, GeometryType type, int side = 20, double dpi = 96);

/// {"layers":[{"layerId":…,"layerName":…,"layerType":"Feature
/// Layer","minScale":…,"maxScale":…,"legend":[…]}]}
Result<std::string> legend_json(const MapDescription& map);

}  // namespace rhumb::gis::map
