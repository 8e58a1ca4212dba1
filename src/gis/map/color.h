#pragma once
/// A colour: red, green, blue and how opaque it is, each 0 to 255, not premultiplied.

#include <cstdint>

namespace rhumb::gis::map {

struct Color {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    std::uint8_t alpha = 255;

    static constexpr Color none() { return {0, 0, 0, 0}; }
    static constexpr Color white() { return {255, 255, 255, 255}; }
    /// From the usual way of writing it: Color::hex(0xf3e9d2).
    static constexpr Color hex(std::uint32_t rgb, std::uint8_t alpha = 255) {
        return {static_cast<std::uint8_t>(rgb >> 16U), static_cast<std::uint8_t>(rgb >> 8U),
                static_cast<std::uint8_t>(rgb), alpha};
    }

    bool is_visible() const { return alpha != 0; }
    bool operator==(const Color&) const = default;
};

}  // namespace rhumb::gis::map
