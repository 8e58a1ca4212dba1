#pragma once
/// `drawingInfo` of a layer as GeoServices clients read it, so that what they draw themselves looks
/// like our pictures.

#include <string>

#include "gis/map/style.h"

namespace rhumb::gis::map {

/// The JSON object for `drawingInfo`: a simple renderer with esriSFS, esriSLS or esriSMS. "null"
/// for a table.
std::string drawing_info_json(const Style& style, GeometryType type);

}  // namespace rhumb::gis::map
