#include "gis/map/view.h"

#include <algorithm>

namespace rhumb::gis::map {
namespace {

constexpr double inches_per_metre = 39.37;

Envelope around(const Envelope& box, double width, double height) {
    const double x = box.xmin + (box.xmax - box.xmin) / 2;
    const double y = box.ymin + (box.ymax - box.ymin) / 2;
    return {x - width / 2, y - height / 2, x + width / 2, y + height / 2};
}

}  // namespace

View View::fit(const Envelope& box, const Crs& crs, int width, int height, double dpi) {
    const double per_pixel = std::max(box.width() / width, box.height() / height);
    return {around(box, per_pixel * width, per_pixel * height), crs, width, height, dpi};
}

View View::at_scale(double scale, const CrsTraits& traits) const {
    View view = *this;
    const double per_pixel = scale / (traits.metres_per_unit * inches_per_metre * dpi);
    view.extent = around(extent, per_pixel * width, per_pixel * height);
    return view;
}

double View::scale(const CrsTraits& traits) const {
    return units_per_pixel() * traits.metres_per_unit * inches_per_metre * dpi;
}

}  // namespace rhumb::gis::map
