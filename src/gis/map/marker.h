#pragma once
/// Markers: the small figures that stand for points.

#include "gis/map/canvas.h"
#include "gis/map/style.h"

namespace rhumb::gis::map {

/// How far from its middle a marker of `style` reaches, in pixels.
double marker_radius(const Style& style, double pixels_per_point);

/// Paints the marker of `style` with its middle at (x, y).
void paint_marker(Canvas& canvas, double x, double y, const Style& style, double pixels_per_point);

}  // namespace rhumb::gis::map
