#include "gis/map/style.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <string>

#include "base/text.h"

namespace rhumb::gis::map {
namespace {

/// Three shades of one hue: for areas, for what surrounds them, and for lines and markers.
struct Hue {
    std::uint32_t pale;
    std::uint32_t middle;
    std::uint32_t strong;
};

constexpr Hue water{0xcfe3f0, 0x7fb0d1, 0x3f87b8};
constexpr std::array hues{
    Hue{0xf4ecd8, 0xb9a37b, 0x9c6b30},  // sand
    Hue{0xdfead5, 0x94ad82, 0x4f7f3f},  // meadow
    Hue{0xf3dfd3, 0xc29a84, 0xb5532f},  // brick
    Hue{0xe6e0ee, 0xa596bd, 0x6d4f9c},  // lilac
    Hue{0xf6ebc3, 0xc4ac5a, 0xa67c00},  // straw
    Hue{0xd8ebe6, 0x82aea3, 0x24796a},  // mint
    Hue{0xf1dde4, 0xbf93a4, 0xa83a64},  // rose
    Hue{0xe4e5e7, 0x9da2a9, 0x4b5563},  // slate
};

bool names_water(std::string_view name) {
    static constexpr std::array words{"water", "river", "lake",  "stream",  "ocean",  "sea",
                                      "hydro", "canal", "coast", "wetland", "glacier"};
    const std::string lower = text::to_lower(name);
    return std::any_of(words.begin(), words.end(), [&lower](std::string_view word) {
        // At the start of a word: "sea" is not in "research".
        for (auto at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
            if (at == 0 || lower[at - 1] < 'a' || lower[at - 1] > 'z') return true;
        }
        return false;
    });
}

/// FNV-1a, 32 bits: spreads names well enough and never changes.
std::uint32_t hash(std::string_view name) {
    std::uint32_t value = 2166136261U;
    for (const char c : name)
        value = (value ^ static_cast<std::uint8_t>(text::to_lower(c))) * 16777619U;
    return value;
}

const Hue& hue_of(std::string_view name) {
    if (names_water(name)) return water;
    const std::uint32_t value = hash(name);
    return hues[(value ^ (value >> 16U)) % hues.size()];
}

}  // namespace

Style default_style(GeometryType type, std::string_view layer_name) {
    const Hue& hue = hue_of(layer_name);
    switch (type) {
        case GeometryType::polygon:
            return {.fill = Color::hex(hue.pale),
                    .outline = Color::hex(hue.middle),
                    .outline_width = 0.6};
        case GeometryType::polyline: return {.outline = Color::hex(hue.strong), .outline_width = 1};
        case GeometryType::point:
        case GeometryType::multipoint:
            return {.fill = Color::hex(hue.strong),
                    .outline = Color::white(),
                    .outline_width = 0.6,
                    .marker_size = 5.5};
        case GeometryType::none: break;
    }
    return {};
}

}  // namespace rhumb::gis::map
