#pragma once
/// Stamp: a small picture, painted once and printed many times, as markers are. It is kept at
/// sixteen positions within a pixel, so that printed points sit where they belong to a quarter of a
/// pixel.

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "gis/map/canvas.h"

namespace rhumb::gis::map {

class Stamp {
public:
    /// `paint(canvas, x, y)` draws the marker with its middle at (x, y), nowhere farther from it
    /// than `radius` pixels.
    Stamp(double radius, const std::function<void(Canvas& canvas, double x, double y)>& paint);

    /// How far from the middle it may paint, in pixels.
    double radius() const { return radius_; }

private:
    friend class Canvas;
    static constexpr int phases = 4;  // in each direction

    double radius_;
    int side_ = 0;    // width and height in pixels
    int middle_ = 0;  // the pixel that holds the middle
    std::array<std::vector<std::uint8_t>, std::size_t{phases} * phases> pixels_;  // premultiplied
};

}  // namespace rhumb::gis::map
