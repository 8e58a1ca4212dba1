#pragma once
/// JSON of resources as trees, in the order that they are written in. (Answers with features are
/// written without a tree: gis/feature/feature_json.h.)

#include <string>

#include <nlohmann/json.hpp>

#include "gis/feature/crs.h"
#include "gis/feature/geometry.h"

namespace rhumb::gis::rest {

using Json = nlohmann::ordered_json;

/// Compact; what is not UTF-8 is replaced.
std::string to_text(const Json& json);

/// {"wkid":…,"latestWkid":…}; null when nothing is known.
Json spatial_reference(const Crs& crs);
/// With its reference system. An empty box is told as the whole world (or nothing, in metres):
/// clients cannot do without one.
Json extent(const Envelope& box, const Crs& crs, const CrsTraits& traits);

/// What GeoServices calls the release: clients choose their ways by it.
constexpr double current_version = 10.91;

}  // namespace rhumb::gis::rest
