#include "gis/map/tracer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace rhumb::gis::map {
namespace {

/// On which sides of the frame a point lies outside; 0 is inside. Two points with a side in common
/// see nothing of it.
unsigned sides_outside(const Envelope& frame, double x, double y) {
    return (x < frame.xmin ? 1U : 0U) | (x > frame.xmax ? 2U : 0U) | (y < frame.ymin ? 4U : 0U) |
           (y > frame.ymax ? 8U : 0U);
}

/// Adds vertices to the last part of a path, but none whose absence cannot be seen within the
/// frame: when the vertex before it, itself and the one after it all lie beyond the same side, the
/// three span a triangle outside.
class Outline {
public:
    Outline(Path& path, const Envelope& frame) : path_{path}, frame_{frame} {}

    void add(double x, double y) {
        const unsigned sides = sides_outside(frame_, x, y);
        box_ = {std::min(box_.xmin, x), std::min(box_.ymin, y), std::max(box_.xmax, x),
                std::max(box_.ymax, y)};
        if (count_ >= 2 && (before_ & last_ & sides) != 0) {
            path_.xy[path_.xy.size() - 2] = x;
            path_.xy[path_.xy.size() - 1] = y;
        } else {
            path_.add(x, y);
            before_ = last_;
            ++count_;
        }
        last_ = sides;
    }

    std::size_t count() const { return count_; }
    bool is_visible() const { return box_.intersects(frame_); }

private:
    Path& path_;
    const Envelope& frame_;
    Envelope box_;
    std::size_t count_ = 0;
    unsigned before_ = 0;  // of the last vertex but one
    unsigned last_ = 0;
};

/// Neither NaN nor so far away that its square could not be counted with.
bool is_place(double x, double y) {
    constexpr double farthest = 1e15;
    return std::abs(x) < farthest && std::abs(y) < farthest;
}

void drop_last_part(Path& path) {
    path.xy.resize(std::size_t{path.parts.back()} * 2);
    path.parts.pop_back();
}

}  // namespace

Result<Tracer> Tracer::make(const View& view, const Crs& layer, double margin) {
    // A layer that does not know its CRS is drawn as if it were the view's: the only guess that can
    // be seen to be wrong.
    const Crs& from = layer.is_known() ? layer : view.crs;
    TRY(auto forward, Transform::between(from, view.crs));
    TRY(const auto back, Transform::between(view.crs, from));
    Tracer tracer{view, std::move(forward), margin};
    TRY(const auto traits, traits_of(from));
    tracer.measure(view, back, traits.is_geographic);
    return tracer;
}

Tracer::Tracer(const View& view, Transform forward, double margin)
    : forward_{std::move(forward)},
      left_{view.extent.xmin},
      top_{view.extent.ymax},
      per_unit_{1 / view.units_per_pixel()},
      frame_{-margin, -margin, view.width + margin, view.height + margin} {}

/// What of the layer can be seen, and how far apart its vertices must be to be told apart: half a
/// pixel where the view is sharpest, looked for at some points of it.
void Tracer::measure(const View& view, const Transform& back, bool is_geographic) {
    const double unit = view.units_per_pixel();
    Envelope box = view.extent;
    box.xmin += frame_.xmin * unit;
    box.ymin += frame_.ymin * unit;
    box.xmax -= frame_.xmin * unit;
    box.ymax -= frame_.ymin * unit;
    visible_box_ = back.apply(box);
    if (back.is_identity()) {
        step_x_ = step_y_ = unit / 2;
        return;
    }
    if (is_geographic) see_poles(view);

    constexpr int points = 5;
    double finest_x = std::numeric_limits<double>::infinity();
    double finest_y = finest_x;
    for (int i = 0; i < points * points; ++i) {
        const int column = i % points;
        const int row = i / points;
        const double x = view.extent.xmin + view.extent.width() * column / (points - 1);
        const double y = view.extent.ymin + view.extent.height() * row / (points - 1);
        std::array<double, 6> xy{x, y, x + unit, y, x, y + unit};
        back.apply(xy);
        const double across = std::max(std::abs(xy[2] - xy[0]), std::abs(xy[4] - xy[0]));
        const double along = std::max(std::abs(xy[3] - xy[1]), std::abs(xy[5] - xy[1]));
        if (across > 0) finest_x = std::min(finest_x, across);
        if (along > 0) finest_y = std::min(finest_y, along);
    }
    if (std::isfinite(finest_x) && std::isfinite(finest_y)) {
        step_x_ = finest_x / 2;
        step_y_ = finest_y / 2;
    }
}

/// A view that holds a pole sees every longitude around it, which its border does not tell.
void Tracer::see_poles(const View& view) {
    for (const double pole : {-90.0, 90.0}) {
        std::array<double, 2> xy{0, pole};
        forward_.apply(xy);
        if (view.extent.contains(xy[0], xy[1]))
            visible_box_.expand(
                {-180, std::min(pole, visible_box_.ymin), 180, std::max(pole, visible_box_.ymax)});
    }
}

/// The vertices of a part that are half a pixel from the one before, and its end; in scratch_,
/// where there is room for one more behind them.
std::span<double> Tracer::keep_visible(std::span<const double> xy) {
    if (scratch_.size() < xy.size() + 4) scratch_.resize(xy.size() + 4);
    double* kept = scratch_.data();
    double x = std::numeric_limits<double>::quiet_NaN();
    double y = x;
    for (std::size_t i = 0; i + 1 < xy.size(); i += 2) {
        // The comparison is made so that NaN, before or now, keeps the vertex.
        if (std::abs(xy[i] - x) < step_x_ && std::abs(xy[i + 1] - y) < step_y_) continue;
        x = xy[i];
        y = xy[i + 1];
        *kept++ = x;
        *kept++ = y;
    }
    const double end_x = xy[xy.size() - 2];
    const double end_y = xy[xy.size() - 1];
    if (x != end_x || y != end_y) {
        *kept++ = end_x;
        *kept++ = end_y;
    }
    return {scratch_.data(), kept};
}

void Tracer::trace_points(std::span<double> xy) const {
    if (!forward_.is_identity()) forward_.apply(xy);
    for (std::size_t i = 0; i + 1 < xy.size(); i += 2) {
        xy[i] = (xy[i] - left_) * per_unit_;
        xy[i + 1] = (top_ - xy[i + 1]) * per_unit_;
    }
}

/// Adds what was kept as a part of `path`, in pixels; as several where an open line is interrupted.
/// Nothing where nothing of it can be seen.
void Tracer::add_pixels(std::span<double> kept, Path& path, bool closed) {
    trace_points(kept);
    std::size_t i = 0;
    while (i + 1 < kept.size()) {
        path.begin_part();
        Outline outline{path, frame_};
        for (; i + 1 < kept.size(); i += 2) {
            if (is_place(kept[i], kept[i + 1])) {
                outline.add(kept[i], kept[i + 1]);
            } else if (!closed) {
                break;
            }
        }
        i += 2;  // the vertex that interrupts
        if (outline.count() < (closed ? 3U : 2U) || !outline.is_visible()) drop_last_part(path);
    }
}

void Tracer::add_speck(std::span<const double> ring, Path& specks) const {
    Envelope box;
    for (std::size_t i = 0; i + 1 < ring.size(); i += 2) box.expand(ring[i], ring[i + 1]);
    if (box.is_empty()) return;
    std::array<double, 4> corners{box.xmin, box.ymax, box.xmax, box.ymin};
    trace_points(corners);
    const auto [x0, y0, x1, y1] = corners;
    if (!std::isfinite(x0 + y0 + x1 + y1) || !Envelope{x0, y0, x1, y1}.intersects(frame_)) return;
    specks.begin_part();
    specks.add(x0, y0);
    specks.add(x1, y0);
    specks.add(x1, y1);
    specks.add(x0, y1);
}

void Tracer::trace_rings(const Geometry& polygon, Path& rings, Path& specks) {
    for (std::size_t i = 0; i < polygon.parts.size(); ++i) {
        auto ring = polygon.part(i);
        if (ring.size() >= 4 && ring[0] == ring[ring.size() - 2] &&
            ring[1] == ring[ring.size() - 1]) {
            ring = ring.first(ring.size() - 2);
        }
        if (ring.size() < 6) continue;
        const auto kept = keep_visible(ring);
        if (kept.size() < 6) {
            if (!polygon.parts[i].is_hole) add_speck(ring, specks);
        } else {
            add_pixels(kept, rings, true);
        }
    }
}

void Tracer::trace_paths(const Geometry& polyline, Path& paths) {
    for (std::size_t i = 0; i < polyline.parts.size(); ++i) {
        const auto line = polyline.part(i);
        if (line.size() < 4) continue;
        auto kept = keep_visible(line);
        if (kept.size() < 4) {  // shorter than half a pixel, and back where it began
            scratch_[2] = line[line.size() - 2];
            scratch_[3] = line[line.size() - 1];
            kept = {scratch_.data(), 4};
        }
        add_pixels(kept, paths, false);
    }
}

}  // namespace rhumb::gis::map
