#pragma once
/// Tracer: from the coordinates of a layer to pixels of a view. On the way it reprojects, leaves
/// out what cannot be seen (vertices nearer than half a pixel to the last, runs outside the
/// picture), and what is not finite. One per layer and picture; one thread.

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "gis/feature/crs.h"
#include "gis/feature/geometry.h"
#include "gis/map/path.h"
#include "gis/map/view.h"

namespace rhumb::gis::map {

class Tracer {
public:
    /// `margin`: how many pixels beyond the picture's edge something can still be seen, for the
    /// width of its line.
    static Result<Tracer> make(const View& view, const Crs& layer, double margin);

    /// The part of the layer that can be seen, in the layer's CRS; empty when nothing can be.
    const Envelope& visible_box() const { return visible_box_; }

    /// Adds the rings of a polygon that can be seen, not closed by a last vertex. Rings smaller
    /// than a pixel become their box in `specks`, so that an archipelago darkens its sea as much as
    /// it should.
    void trace_rings(const Geometry& polygon, Path& rings, Path& specks);

    /// Adds the paths of a polyline that can be seen. A vertex without an image cuts its path in
    /// two.
    void trace_paths(const Geometry& polyline, Path& paths);

    /// Turns x,y pairs into pixels in place; what has no image is NaN.
    void trace_points(std::span<double> xy) const;

private:
    Tracer(const View& view, Transform forward, double margin);

    void measure(const View& view, const Transform& back, bool is_geographic);
    void see_poles(const View& view);
    std::span<double> keep_visible(std::span<const double> xy);
    void add_pixels(std::span<double> kept, Path& path, bool closed);
    void add_speck(std::span<const double> ring, Path& specks) const;

    Transform forward_;  // layer to view
    double left_, top_, per_unit_;
    Envelope frame_;  // in pixels, y downwards: the picture and its margin
    Envelope visible_box_;
    double step_x_ = 0, step_y_ = 0;  // half a pixel in the layer's units; 0: every vertex stays
    std::vector<double> scratch_;     // grows to the largest part
};

}  // namespace rhumb::gis::map
