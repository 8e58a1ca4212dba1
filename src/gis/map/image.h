#pragma once
/// A finished picture: rows from the top, four bytes a pixel (red, green, blue, alpha), alpha not
/// premultiplied.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gis/map/color.h"

namespace rhumb::gis::map {

struct Image {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgba;  ///< width × height × 4 bytes

    std::size_t stride() const { return static_cast<std::size_t>(width) * 4; }

    /// The pixel in column `x` and row `y`; both must be inside.
    Color at(int x, int y) const {
        const std::uint8_t* p =
            rgba.data() + static_cast<std::size_t>(y) * stride() + static_cast<std::size_t>(x) * 4;
        return {p[0], p[1], p[2], p[3]};
    }
};

}  // namespace rhumb::gis::map
