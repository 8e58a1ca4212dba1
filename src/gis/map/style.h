#pragma once
/// Style: how the features of a layer look. One symbol for all of them today (GeoServices calls
/// that a simple renderer); lengths are in points (1/72 inch), so that a picture looks the same at
/// any resolution.

#include <string_view>

#include "gis/feature/geometry.h"
#include "gis/map/color.h"

namespace rhumb::gis::map {

enum class MarkerShape : std::uint8_t { circle, square, diamond, triangle, cross, x };

/// Which members count depends on what is drawn:
/// - polygons: `fill`, and `outline` where it has a width;
/// - lines: `outline`;
/// - points: the marker is filled with `fill` and edged with `outline`. A cross and an x are made
/// of `outline` alone.
struct Style {
    Color fill = Color::none();
    Color outline = Color::hex(0x6e6e6e);
    double outline_width = 0.75;
    MarkerShape marker = MarkerShape::circle;
    double marker_size = 6;

    bool operator==(const Style&) const = default;
};

/// A style for a layer that brings none: water is blue, all else gets a colour by its name, always
/// the same.
Style default_style(GeometryType type, std::string_view layer_name);

}  // namespace rhumb::gis::map
