#pragma once
/// View: what a picture shows. An extent in a reference system, and the pixels it is painted on.

#include "gis/feature/crs.h"
#include "gis/feature/geometry.h"

namespace rhumb::gis::map {

struct View {
    Envelope extent;  ///< has the shape of the picture: pixels are square
    Crs crs;
    int width = 0;
    int height = 0;
    double dpi = 96;

    /// The view of `width` × `height` pixels that holds all of `box`: grown around its middle,
    /// either in width or in height, to the shape of the picture. `box` is neither empty nor
    /// without any size; the sizes are positive.
    static View fit(const Envelope& box, const Crs& crs, int width, int height, double dpi = 96);

    /// The view around the same middle at one to `scale`.
    View at_scale(double scale, const CrsTraits& traits) const;

    double units_per_pixel() const { return extent.width() / width; }
    double pixels_per_point() const { return dpi / 72; }

    /// The scale's denominator, as GeoServices counts it: 39.37 inches to the metre.
    double scale(const CrsTraits& traits) const;

    double to_pixel_x(double x) const { return (x - extent.xmin) / units_per_pixel(); }
    double to_pixel_y(double y) const { return (extent.ymax - y) / units_per_pixel(); }
};

}  // namespace rhumb::gis::map
