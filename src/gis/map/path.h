#pragma once
/// Lines and rings in pixels, ready to be painted. The origin is the upper left corner of the upper
/// left pixel; y grows downwards, and the middle of the first pixel is (0.5, 0.5).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rhumb::gis::map {

/// Made once and filled again and again: clear() keeps the memory.
struct Path {
    std::vector<double> xy;            ///< x0, y0, x1, y1, …
    std::vector<std::uint32_t> parts;  ///< index of each part's first vertex, ascending

    void clear() {
        xy.clear();
        parts.clear();
    }
    bool is_empty() const { return xy.empty(); }
    std::size_t vertex_count() const { return xy.size() / 2; }

    void begin_part() { parts.push_back(static_cast<std::uint32_t>(xy.size() / 2)); }
    void add(double x, double y) {
        xy.push_back(x);
        xy.push_back(y);
    }

    /// The x,y pairs of part `index`.
    std::span<const double> part(std::size_t index) const {
        const std::size_t first = std::size_t{parts[index]} * 2;
        const std::size_t end =
            index + 1 < parts.size() ? std::size_t{parts[index + 1]} * 2 : xy.size();
        return {xy.data() + first, end - first};
    }

    /// All parts of `other` after ours.
    void append(const Path& other) {
        const auto shift = static_cast<std::uint32_t>(vertex_count());
        for (const auto first : other.parts) parts.push_back(first + shift);
        xy.insert(xy.end(), other.xy.begin(), other.xy.end());
    }
};

}  // namespace rhumb::gis::map
