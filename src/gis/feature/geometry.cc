#include "gis/feature/geometry.h"

#include <algorithm>
#include <utility>

namespace rhumb::gis {

double twice_signed_area(std::span<const double> ring) {
    if (ring.size() < 6) return 0;
    // Relative to the first vertex, so that small rings far from the origin keep their digits.
    const double x0 = ring[0];
    const double y0 = ring[1];
    double sum = 0;
    for (std::size_t i = 2; i + 3 < ring.size(); i += 2) {
        sum += (ring[i] - x0) * (ring[i + 3] - y0) - (ring[i + 2] - x0) * (ring[i + 1] - y0);
    }
    return sum;
}

void orient_rings(Geometry& polygon) {
    for (std::size_t i = 0; i < polygon.parts.size(); ++i) {
        const auto ring = polygon.part(i);
        const double area = twice_signed_area(ring);
        const bool wants_counter_clockwise = polygon.parts[i].is_hole;
        if (area == 0 || (area > 0) == wants_counter_clockwise) continue;
        double* first = polygon.xy.data() + std::size_t{polygon.parts[i].first} * 2;
        for (std::size_t a = 0, b = ring.size() / 2 - 1; a < b; ++a, --b) {
            std::swap(first[2 * a], first[2 * b]);
            std::swap(first[2 * a + 1], first[2 * b + 1]);
        }
    }
}

namespace {

/// The square of the distance from vertex p to the line piece from a to b.
double squared_distance(const double* p, const double* a, const double* b) {
    const double dx = b[0] - a[0];
    const double dy = b[1] - a[1];
    const double length = dx * dx + dy * dy;
    double t = length > 0 ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length : 0;
    t = std::clamp(t, 0.0, 1.0);
    const double ex = a[0] + t * dx - p[0];
    const double ey = a[1] + t * dy - p[1];
    return ex * ex + ey * ey;
}

/// Marks which vertices of `part` stay. With a list of its own instead of recursion: a line may
/// have millions.
void mark(std::span<const double> part, double tolerance, std::vector<char>& stays) {
    const std::size_t count = part.size() / 2;
    stays.assign(count, 0);
    stays.front() = stays.back() = 1;
    std::vector<std::pair<std::size_t, std::size_t>> open{{0, count - 1}};
    const double limit = tolerance * tolerance;
    while (!open.empty()) {
        const auto [from, to] = open.back();
        open.pop_back();
        double worst = limit;
        std::size_t at = 0;
        for (std::size_t i = from + 1; i < to; ++i) {
            const double distance = squared_distance(&part[2 * i], &part[2 * from], &part[2 * to]);
            if (distance > worst) {
                worst = distance;
                at = i;
            }
        }
        if (at == 0) continue;
        stays[at] = 1;
        open.emplace_back(from, at);
        open.emplace_back(at, to);
    }
}

/// Marks what stays of a part and counts it.
std::size_t count_left(std::span<const double> part, double tolerance, std::vector<char>& stays) {
    if (part.empty()) return 0;
    mark(part, tolerance, stays);
    return static_cast<std::size_t>(std::count(stays.begin(), stays.end(), 1));
}

/// Moves the vertices of `part` that stay to vertex `to` of `geometry` and on; returns where the
/// next one goes.
std::size_t move_marked(std::span<const double> part, const std::vector<char>& stays,
                        Geometry& geometry, std::size_t to) {
    for (std::size_t v = 0; v < part.size() / 2; ++v) {
        if (stays[v] == 0) continue;
        geometry.xy[2 * to] = part[2 * v];
        geometry.xy[2 * to + 1] = part[2 * v + 1];
        ++to;
    }
    return to;
}

}  // namespace

void simplify(Geometry& geometry, double tolerance) {
    if (!(tolerance > 0) || geometry.parts.empty()) return;
    const bool is_polygon = geometry.type == GeometryType::polygon;
    std::vector<char> stays;
    std::vector<Geometry::Part> parts;
    std::size_t written = 0;  // vertices; never ahead of what is read, so that it works in place
    bool drops_holes = false;
    for (std::size_t i = 0; i < geometry.parts.size(); ++i) {
        const auto part = geometry.part(i);
        if (is_polygon && geometry.parts[i].is_hole && drops_holes) continue;
        const auto left = count_left(part, tolerance, stays);
        const bool collapses = is_polygon ? left < 4 : left < 1;
        if (is_polygon && !geometry.parts[i].is_hole) drops_holes = collapses;
        if (collapses) continue;
        parts.push_back({static_cast<std::uint32_t>(written), geometry.parts[i].is_hole});
        written = move_marked(part, stays, geometry, written);
    }
    geometry.xy.resize(written * 2);
    geometry.parts = std::move(parts);
}

}  // namespace rhumb::gis
