#pragma once
/// Palettes: a picture as indices of at most 256 colours.

#include <cstdint>
#include <optional>
#include <vector>

#include "gis/map/image.h"

namespace rhumb::gis::map {

struct IndexedImage {
    int width = 0;
    int height = 0;
    std::vector<Color> palette;         ///< 1 to 256 colours, those that are not opaque first
    std::vector<std::uint8_t> indices;  ///< one a pixel, rows from the top
};

/// The same picture by indices; nothing when it has more than 256 colours. (All that is wholly
/// transparent is one colour.)
std::optional<IndexedImage> find_exact_palette(const Image& image);

/// The picture by indices, with the nearest of 256 colours where it has more (boxes of colours, cut
/// in halves).
IndexedImage reduce_to_palette(const Image& image);

}  // namespace rhumb::gis::map
