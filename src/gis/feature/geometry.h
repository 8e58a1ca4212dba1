#pragma once
/// Geometry as the GIS floor passes it around: a compact value that is filled again and again, so
/// that reading a million features allocates a handful of times. Two dimensions: Z and M are left
/// behind at the source.

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace rhumb::gis {

/// What a layer holds and a geometry is. `none`: a table, or a feature without geometry.
enum class GeometryType : std::uint8_t { none, point, multipoint, polyline, polygon };

/// An axis-parallel box. The default is empty: it holds no point and grows with expand().
struct Envelope {
    double xmin = std::numeric_limits<double>::infinity();
    double ymin = std::numeric_limits<double>::infinity();
    double xmax = -std::numeric_limits<double>::infinity();
    double ymax = -std::numeric_limits<double>::infinity();

    bool is_empty() const { return !(xmin <= xmax && ymin <= ymax); }
    double width() const { return is_empty() ? 0 : xmax - xmin; }
    double height() const { return is_empty() ? 0 : ymax - ymin; }

    /// Grows to hold the point; a point that is not finite is left out.
    void expand(double x, double y) {
        if (!std::isfinite(x) || !std::isfinite(y)) return;
        xmin = x < xmin ? x : xmin;
        xmax = x > xmax ? x : xmax;
        ymin = y < ymin ? y : ymin;
        ymax = y > ymax ? y : ymax;
    }
    void expand(const Envelope& other) {
        if (other.is_empty()) return;
        expand(other.xmin, other.ymin);
        expand(other.xmax, other.ymax);
    }

    /// True when the boxes share at least a point; borders count.
    bool intersects(const Envelope& other) const {
        return xmin <= other.xmax && other.xmin <= xmax && ymin <= other.ymax && other.ymin <= ymax;
    }
    bool contains(double x, double y) const {
        return xmin <= x && x <= xmax && ymin <= y && y <= ymax;
    }
    bool contains(const Envelope& other) const {
        return !other.is_empty() && contains(other.xmin, other.ymin) &&
               contains(other.xmax, other.ymax);
    }

    bool operator==(const Envelope&) const = default;
};

/// Vertices in one flat array, and where its parts begin.
///
/// - point: one vertex, no parts. multipoint: any number of vertices, no parts.
/// - polyline: every part is a path. polygon: every part is a ring, closed (its last vertex repeats
/// its first).
/// - Rings are oriented by the source: outer rings clockwise, holes counter-clockwise (as
/// GeoServices wants it;
///   RFC 7946 wants the opposite). The holes of an outer ring follow it directly.
struct Geometry {
    struct Part {
        std::uint32_t first = 0;  ///< index of the part's first vertex
        bool is_hole = false;     ///< polygon only

        bool operator==(const Part&) const = default;
    };

    GeometryType type = GeometryType::none;
    std::vector<double> xy;   ///< x0, y0, x1, y1, …
    std::vector<Part> parts;  ///< ascending

    bool is_empty() const { return xy.empty(); }
    std::size_t vertex_count() const { return xy.size() / 2; }

    /// The x,y pairs of part `index`.
    std::span<const double> part(std::size_t index) const {
        const std::size_t first = std::size_t{parts[index].first} * 2;
        const std::size_t end =
            index + 1 < parts.size() ? std::size_t{parts[index + 1].first} * 2 : xy.size();
        return {xy.data() + first, end - first};
    }

    /// Begins a part at the vertex that is added next.
    void begin_part(bool is_hole = false) {
        parts.push_back({static_cast<std::uint32_t>(xy.size() / 2), is_hole});
    }
    void add(double x, double y) {
        xy.push_back(x);
        xy.push_back(y);
    }

    /// Empty again; memory is kept for the next filling.
    void clear() {
        type = GeometryType::none;
        xy.clear();
        parts.clear();
    }

    Envelope envelope() const {
        Envelope box;
        for (std::size_t i = 0; i + 1 < xy.size(); i += 2) box.expand(xy[i], xy[i + 1]);
        return box;
    }

    bool operator==(const Geometry&) const = default;
};

/// Twice the signed area of a ring of x,y pairs: positive when counter-clockwise.
double twice_signed_area(std::span<const double> ring);

/// Turns every ring so that outer rings run clockwise and holes counter-clockwise.
void orient_rings(Geometry& polygon);

/// Leaves out vertices nearer than `tolerance` to the line of their neighbours that stay
/// (Douglas-Peucker). A ring that collapses below four vertices is dropped, a path keeps its ends;
/// nothing happens for 0.
void simplify(Geometry& geometry, double tolerance);

}  // namespace rhumb::gis
