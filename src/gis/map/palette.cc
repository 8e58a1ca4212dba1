#include "gis/map/palette.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace rhumb::gis::map {
namespace {

constexpr std::size_t colors_max = 256;

/// A pixel as one number to compare by; all that is wholly transparent is 0.
std::uint32_t key_of(const std::uint8_t* pixel) {
    std::uint32_t key = 0;
    std::memcpy(&key, pixel, 4);
    return pixel[3] == 0 ? 0 : key;
}

Color to_color(std::uint32_t key) {
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &key, 4);
    return {bytes[0], bytes[1], bytes[2], bytes[3]};
}

/// Numbers the colours as they come; a small table with open addressing, never more than a quarter
/// full.
class ColorNumbers {
public:
    /// The number of a colour; nothing when there would be more than 256.
    std::optional<std::uint8_t> number_of(std::uint32_t key) {
        std::size_t slot = (key * 2654435761U) >> 22U;
        while (used_[slot] != 0 && keys_[slot] != key) slot = (slot + 1) % slots;
        if (used_[slot] == 0) {
            if (order_.size() == colors_max) return std::nullopt;
            keys_[slot] = key;
            used_[slot] = static_cast<std::uint16_t>(order_.size() + 1);
            order_.push_back(key);
        }
        return static_cast<std::uint8_t>(used_[slot] - 1);
    }
    const std::vector<std::uint32_t>& order() const { return order_; }

private:
    static constexpr std::size_t slots = 1024;
    std::array<std::uint32_t, slots> keys_{};
    std::array<std::uint16_t, slots> used_{};  // number + 1
    std::vector<std::uint32_t> order_;
};

/// Puts the colours that are not opaque first, so that tRNS ends early.
void sort_by_opacity(IndexedImage& image) {
    std::vector<std::size_t> order(image.palette.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_partition(order.begin(), order.end(),
                          [&](std::size_t i) { return image.palette[i].alpha != 255; });
    std::array<std::uint8_t, colors_max> renumbered{};
    std::vector<Color> palette;
    for (const std::size_t i : order) {
        renumbered[i] = static_cast<std::uint8_t>(palette.size());
        palette.push_back(image.palette[i]);
    }
    image.palette = std::move(palette);
    for (auto& index : image.indices) index = renumbered[index];
}

/// A colour and how many pixels have it.
struct Counted {
    Color color;
    std::uint32_t count = 0;
};

constexpr std::array channels{&Color::red, &Color::green, &Color::blue, &Color::alpha};

/// A box of colours to be cut in two: a range of the list, and the channel in which they differ
/// most.
struct ColorBox {
    std::vector<Counted>::iterator begin, end;
    std::uint8_t Color::*widest = &Color::red;
    unsigned middle = 0;       // of the widest channel
    std::uint64_t weight = 0;  // how much is to be gained by cutting it

    ColorBox(std::vector<Counted>::iterator begin_, std::vector<Counted>::iterator end_)
        : begin{begin_}, end{end_} {
        unsigned range = 0;
        for (const auto channel : channels) {
            const auto [low, high] =
                std::minmax_element(begin, end, [channel](const Counted& a, const Counted& b) {
                    return a.color.*channel < b.color.*channel;
                });
            const unsigned least = low->color.*channel;
            const unsigned most = high->color.*channel;
            if (most - least > range) {
                range = most - least;
                widest = channel;
                middle = (least + most + 1) / 2;
            }
        }
        // By the number of colours, not of pixels: a thin line matters as much as the sea.
        weight = std::uint64_t{range} * range * static_cast<std::uint64_t>(end - begin);
    }

    /// Half way between the extremes, so that neither side is empty and no colour is left far from
    /// the others.
    std::vector<Counted>::iterator cut() const {
        return std::partition(
            begin, end, [this](const Counted& counted) { return counted.color.*widest < middle; });
    }

    /// The colour of most of its pixels: plain areas keep theirs exactly.
    Color representative() const {
        return std::max_element(
                   begin, end, [](const Counted& a, const Counted& b) { return a.count < b.count; })
            ->color;
    }
};

std::vector<Counted> count_colors(const Image& image) {
    std::unordered_map<std::uint32_t, std::uint32_t> counts;
    for (std::size_t i = 0; i + 3 < image.rgba.size(); i += 4)
        ++counts[key_of(image.rgba.data() + i)];
    std::vector<Counted> colors;
    colors.reserve(counts.size());
    for (const auto& [key, count] : counts) colors.push_back({to_color(key), count});
    // An order of its own, so that the same picture always gives the same file.
    std::sort(colors.begin(), colors.end(), [](const Counted& a, const Counted& b) {
        return std::tie(a.color.red, a.color.green, a.color.blue, a.color.alpha) <
               std::tie(b.color.red, b.color.green, b.color.blue, b.color.alpha);
    });
    return colors;
}

std::uint32_t key_of(const Color& color) {
    const std::array<std::uint8_t, 4> bytes{color.red, color.green, color.blue, color.alpha};
    return key_of(bytes.data());
}

}  // namespace

std::optional<IndexedImage> find_exact_palette(const Image& image) {
    IndexedImage indexed{image.width, image.height, {}, {}};
    indexed.indices.resize(image.rgba.size() / 4);
    ColorNumbers numbers;
    std::uint32_t last_key = 0;
    std::uint8_t last_number = 0;
    bool has_last = false;
    for (std::size_t i = 0; i < indexed.indices.size(); ++i) {
        const std::uint32_t key = key_of(image.rgba.data() + i * 4);
        if (!has_last || key != last_key) {
            const auto number = numbers.number_of(key);
            if (!number) return std::nullopt;
            last_key = key;
            last_number = *number;
            has_last = true;
        }
        indexed.indices[i] = last_number;
    }
    for (const auto key : numbers.order()) indexed.palette.push_back(to_color(key));
    sort_by_opacity(indexed);
    return indexed;
}

IndexedImage reduce_to_palette(const Image& image) {
    if (auto exact = find_exact_palette(image)) return *std::move(exact);
    auto colors = count_colors(image);
    std::vector<ColorBox> boxes{ColorBox{colors.begin(), colors.end()}};
    while (boxes.size() < colors_max) {
        const auto heaviest = std::max_element(
            boxes.begin(), boxes.end(),
            [](const ColorBox& a, const ColorBox& b) { return a.weight < b.weight; });
        const auto middle = heaviest->cut();
        const ColorBox upper{middle, heaviest->end};
        *heaviest = ColorBox{heaviest->begin, middle};
        boxes.push_back(upper);
    }

    IndexedImage indexed{image.width, image.height, {}, {}};
    std::unordered_map<std::uint32_t, std::uint8_t> index_of;
    for (const ColorBox& box : boxes) {
        for (auto counted = box.begin; counted != box.end; ++counted) {
            index_of[key_of(counted->color)] = static_cast<std::uint8_t>(indexed.palette.size());
        }
        indexed.palette.push_back(box.representative());
    }
    indexed.indices.reserve(image.rgba.size() / 4);
    for (std::size_t i = 0; i + 3 < image.rgba.size(); i += 4) {
        indexed.indices.push_back(index_of.at(key_of(image.rgba.data() + i)));
    }
    sort_by_opacity(indexed);
    return indexed;
}

}  // namespace rhumb::gis::map
