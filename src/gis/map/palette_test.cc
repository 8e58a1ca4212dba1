#include "gis/map/palette.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace rhumb::gis::map {
namespace {

/// A picture whose pixel (x, y) has the colour that `color_of` tells.
template <class Function>
Image painted(int width, int height, Function color_of) {
    Image image{width, height, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const Color color = color_of(x, y);
            image.rgba.insert(image.rgba.end(), {color.red, color.green, color.blue, color.alpha});
        }
    }
    return image;
}

std::uint8_t byte(int value) { return static_cast<std::uint8_t>(value); }

Color at(const IndexedImage& image, int x, int y) {
    return image.palette[image.indices[static_cast<std::size_t>(y * image.width + x)]];
}

TEST(Palette, HoldsUpTo256ColoursWithoutLoss) {
    const Image image = painted(16, 16, [](int x, int y) {
        return Color{byte(x * 16), byte(y * 16), 7, byte(255 - x)};
    });
    const auto indexed = find_exact_palette(image);
    ASSERT_TRUE(indexed);
    EXPECT_EQ(indexed->palette.size(), 256U);
    for (int y = 0; y < 16; ++y) {
        for (int x = 0; x < 16; ++x) ASSERT_EQ(at(*indexed, x, y), image.at(x, y));
    }
}

TEST(Palette, IsNotExactBeyond256Colours) {
    EXPECT_FALSE(find_exact_palette(painted(257, 1, [](int x, int) {
        return Color{byte(x), byte(x / 256), 0, 255};
    })));
}

TEST(Palette, PutsTranslucentColoursFirst) {
    const auto indexed = find_exact_palette(painted(3, 1, [](int x, int) {
        return Color{byte(x), 0, 0, byte(x == 1 ? 9 : 255)};
    }));
    ASSERT_TRUE(indexed);
    EXPECT_EQ(indexed->palette[0].alpha, 9);
    EXPECT_EQ(at(*indexed, 1, 0).alpha, 9);
    EXPECT_EQ(at(*indexed, 2, 0).red, 2);
}

TEST(Palette, CountsAllThatIsTransparentAsOneColour) {
    const auto indexed = find_exact_palette(painted(500, 1, [](int x, int) {
        return Color{byte(x), byte(x / 2), 3, 0};
    }));
    ASSERT_TRUE(indexed);
    EXPECT_EQ(indexed->palette.size(), 1U);
}

TEST(Palette, StaysNearTheColoursWhenThereAreTooMany) {
    const auto color_of = [](int x, int y) {
        return x < 64 ? Color{10, 200, 30, 255} : Color{byte(x), byte(y), byte((x + y) / 2), 255};
    };
    const Image image = painted(256, 128, color_of);
    const IndexedImage indexed = reduce_to_palette(image);
    EXPECT_EQ(indexed.palette.size(), 256U);
    EXPECT_EQ(at(indexed, 5, 5), image.at(5, 5)) << "a plain area keeps its colour";
    for (int y = 0; y < image.height; y += 7) {
        for (int x = 64; x < image.width; x += 7) {
            EXPECT_LE(std::abs(at(indexed, x, y).red - image.at(x, y).red), 24) << x << ',' << y;
            EXPECT_LE(std::abs(at(indexed, x, y).green - image.at(x, y).green), 24)
                << x << ',' << y;
        }
    }
}

}  // namespace
}  // namespace rhumb::gis::map
