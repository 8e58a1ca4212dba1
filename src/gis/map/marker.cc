#include "gis/map/marker.h"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace rhumb::gis::map {
namespace {

using Corner = std::pair<double, double>;

template <std::size_t count>
void add_figure(Path& path, double x, double y, double half,
                const std::array<Corner, count>& corners) {
    path.begin_part();
    for (const auto& [dx, dy] : corners) path.add(x + dx * half, y + dy * half);
}

void add_circle(Path& path, double x, double y, double half) {
    const int corners = std::max(12, static_cast<int>(half * 6));
    path.begin_part();
    for (int i = 0; i < corners; ++i) {
        const double angle = 2 * std::numbers::pi * i / corners;
        path.add(x + half * std::cos(angle), y + half * std::sin(angle));
    }
}

/// True when the figure encloses something; a cross and an x are lines only.
bool add_marker(Path& path, double x, double y, double half, MarkerShape shape) {
    const double slant = std::numbers::sqrt2 / 2;
    switch (shape) {
        case MarkerShape::circle: add_circle(path, x, y, half); return true;
        case MarkerShape::square:
            add_figure(path, x, y, half,
                       std::array<Corner, 4>{{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}});
            return true;
        case MarkerShape::diamond:
            add_figure(path, x, y, half, std::array<Corner, 4>{{{0, -1}, {1, 0}, {0, 1}, {-1, 0}}});
            return true;
        case MarkerShape::triangle:
            add_figure(path, x, y, half, std::array<Corner, 3>{{{0, -1}, {1, 0.8}, {-1, 0.8}}});
            return true;
        case MarkerShape::cross:
            add_figure(path, x, y, half, std::array<Corner, 2>{{{-1, 0}, {1, 0}}});
            add_figure(path, x, y, half, std::array<Corner, 2>{{{0, -1}, {0, 1}}});
            return false;
        case MarkerShape::x:
            add_figure(path, x, y, half, std::array<Corner, 2>{{{-slant, -slant}, {slant, slant}}});
            add_figure(path, x, y, half, std::array<Corner, 2>{{{-slant, slant}, {slant, -slant}}});
            return false;
    }
    return false;
}

}  // namespace

double marker_radius(const Style& style, double pixels_per_point) {
    // A square's corner is farther away than its side, and joins of the outline are farther still.
    return (style.marker_size / 2 * std::numbers::sqrt2 + style.outline_width * 2) *
           pixels_per_point;
}

void paint_marker(Canvas& canvas, double x, double y, const Style& style, double pixels_per_point) {
    Path path;
    const bool is_area =
        add_marker(path, x, y, style.marker_size / 2 * pixels_per_point, style.marker);
    if (is_area) canvas.fill(path, style.fill);
    canvas.stroke(path, style.outline, style.outline_width * pixels_per_point, is_area);
}

}  // namespace rhumb::gis::map
