#include "gis/map/renderer.h"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <utility>
#include <vector>

#include "gis/map/canvas.h"
#include "gis/map/marker.h"
#include "gis/map/stamp.h"
#include "gis/map/tracer.h"

namespace rhumb::gis::map {
namespace {

// Lines are collected and painted together, which is quicker and keeps translucent ones from
// doubling; but no more than this many pixels of line at a time, for the rasteriser's memory grows
// with them.
constexpr double line_pixels_max = 400'000;
constexpr std::size_t points_at_a_time = 4096;

/// Paints the features of one layer, one after the other.
class LayerPainter {
public:
    LayerPainter(Canvas& canvas, const Style& style, Tracer& tracer, double pixels_per_point)
        : canvas_{canvas},
          style_{style},
          tracer_{tracer},
          pixels_per_point_{pixels_per_point},
          line_width_{style.outline_width * pixels_per_point},
          has_outline_{style.outline.is_visible() && style.outline_width > 0} {}

    void paint(const Geometry& geometry) {
        switch (geometry.type) {
            case GeometryType::polygon: paint_polygon(geometry); break;
            case GeometryType::polyline: collect_lines(geometry); break;
            case GeometryType::point:
            case GeometryType::multipoint: collect_points(geometry); break;
            case GeometryType::none: break;
        }
    }

    /// Paints what was collected.
    void finish() {
        paint_lines();
        paint_points();
    }

private:
    void paint_polygon(const Geometry& polygon) {
        rings_.clear();
        specks_.clear();
        tracer_.trace_rings(polygon, rings_, specks_);
        are_rings_ = true;
        if (rings_.is_empty()) {
            paint_dot();
            return;
        }
        if (has_outline_) collect(rings_);
        if (style_.fill.is_visible()) {
            rings_.append(specks_);
            canvas_.fill(rings_, style_.fill);
        }
    }

    /// A feature smaller than a pixel is painted as one pixel, so that it does not vanish.
    void paint_dot() {
        Envelope box;
        for (std::size_t i = 0; i + 1 < specks_.xy.size(); i += 2)
            box.expand(specks_.xy[i], specks_.xy[i + 1]);
        if (box.is_empty()) return;
        if (box.width() > 2 || box.height() > 2) {  // several, apart from each other
            canvas_.fill(specks_, has_outline_ ? style_.outline : style_.fill);
            return;
        }
        const double x = (box.xmin + box.xmax) / 2;
        const double y = (box.ymin + box.ymax) / 2;
        const double half = std::max({0.5, box.width() / 2, box.height() / 2});
        specks_.clear();
        specks_.begin_part();
        specks_.add(x - half, y - half);
        specks_.add(x + half, y - half);
        specks_.add(x + half, y + half);
        specks_.add(x - half, y + half);
        canvas_.fill(specks_, has_outline_ ? style_.outline : style_.fill);
    }

    void collect_lines(const Geometry& polyline) {
        if (!has_outline_) return;
        rings_.clear();
        tracer_.trace_paths(polyline, rings_);
        are_rings_ = false;
        collect(rings_);
    }

    void collect(const Path& path) {
        lines_.append(path);
        const double width = canvas_.width();
        const double height = canvas_.height();
        for (std::size_t i = 2; i + 1 < path.xy.size(); i += 2) {
            line_pixels_ += 2 + std::min(std::abs(path.xy[i] - path.xy[i - 2]), width) +
                            std::min(std::abs(path.xy[i + 1] - path.xy[i - 1]), height);
        }
        if (line_pixels_ > line_pixels_max) paint_lines();
    }

    void paint_lines() {
        canvas_.stroke(lines_, style_.outline, line_width_, are_rings_);
        lines_.clear();
        line_pixels_ = 0;
    }

    void collect_points(const Geometry& points) {
        points_.insert(points_.end(), points.xy.begin(), points.xy.end());
        if (points_.size() >= 2 * points_at_a_time) paint_points();
    }

    void paint_points() {
        if (points_.empty()) return;
        if (!stamp_) {
            stamp_.emplace(marker_radius(style_, pixels_per_point_),
                           [this](Canvas& canvas, double x, double y) {
                               paint_marker(canvas, x, y, style_, pixels_per_point_);
                           });
        }
        tracer_.trace_points(points_);
        for (std::size_t i = 0; i + 1 < points_.size(); i += 2)
            canvas_.print(*stamp_, points_[i], points_[i + 1]);
        points_.clear();
    }

    Canvas& canvas_;
    const Style& style_;
    Tracer& tracer_;
    double pixels_per_point_;
    double line_width_;
    bool has_outline_;

    Path rings_, specks_;     // scratch of one feature
    Path lines_;              // collected: paths, or rings
    bool are_rings_ = false;  // which of the two
    double line_pixels_ = 0;
    std::vector<double> points_;  // collected, in the layer's CRS
    std::optional<Stamp> stamp_;
};

/// How far beyond the picture's edge a feature of this style can reach into it.
double reach(const DrawnLayer& layer, double pixels_per_point) {
    const GeometryType type = layer.source->schema().geometry_type;
    const bool is_point = type == GeometryType::point || type == GeometryType::multipoint;
    return 1 + (is_point ? marker_radius(layer.style, pixels_per_point)
                         : layer.style.outline_width * pixels_per_point);
}

/// Says when it is too late, without asking the clock for every feature.
class Patience {
public:
    explicit Patience(std::optional<std::chrono::steady_clock::time_point> deadline)
        : deadline_{deadline} {}

    bool is_over(std::size_t vertices) {
        if (!deadline_) return false;
        since_ += vertices + 16;
        if (since_ < 16384) return false;
        since_ = 0;
        return std::chrono::steady_clock::now() > *deadline_;
    }

private:
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    std::size_t since_ = 0;
};

Result<void> draw(Canvas& canvas, const View& view, const DrawnLayer& layer,
                  std::optional<std::chrono::steady_clock::time_point> deadline) {
    const LayerSchema& schema = layer.source->schema();
    const double pixels_per_point = view.pixels_per_point();
    TRY(auto tracer, Tracer::make(view, schema.crs, reach(layer, pixels_per_point)));
    if (tracer.visible_box().is_empty()) return {};

    Query query;
    query.where = layer.where;
    query.deadline = deadline;
    if (!tracer.visible_box().contains(schema.extent))
        query.spatial = SpatialFilter::box(tracer.visible_box());

    LayerPainter painter{canvas, layer.style, tracer, pixels_per_point};
    Patience patience{deadline};
    bool was_in_time = true;
    TRY_DONE(layer.source->read(query, [&](const Feature& feature) {
        painter.paint(feature.geometry);
        was_in_time = !patience.is_over(feature.geometry.vertex_count());
        return was_in_time;
    }));
    if (!was_in_time) {
        return fail(
            ErrorKind::unavailable,
            "it takes longer than a picture may; ask for a smaller part, or give the layer a range of scales");
    }
    painter.finish();
    return {};
}

bool has_scale_range(const DrawnLayer& layer) {
    return layer.scale_min != 0 || layer.scale_max != 0;
}

}  // namespace

Result<Image> render(const View& view, std::span<const DrawnLayer> layers, Color background,
                     std::optional<std::chrono::steady_clock::time_point> deadline) {
    double scale = 0;
    if (std::any_of(layers.begin(), layers.end(), has_scale_range)) {
        TRY(const auto traits, traits_of(view.crs));
        scale = view.scale(traits);
    }
    Canvas canvas{view.width, view.height, background};
    for (const DrawnLayer& layer : std::views::reverse(layers)) {
        if (has_scale_range(layer) && !layer.is_drawn_at(scale)) continue;
        auto drawn = draw(canvas, view, layer, deadline);
        if (!drawn) {
            return tl::unexpected(std::move(drawn).error().within(
                fmt::format("drawing layer «{}»", layer.source->schema().name)));
        }
    }
    return std::move(canvas).take();
}

}  // namespace rhumb::gis::map
