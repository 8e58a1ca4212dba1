#include "gis/map/encode.h"

#include <cstdint>
#include <utility>

#include <gtest/gtest.h>

#include "gis/map/canvas.h"
#include "gis/map/testing.h"

namespace rhumb::gis::map {
namespace {

using testing::box_ring;
using testing::decode_png;
using testing::path_of;

/// A square with soft edges on a ground of that colour.
Image square_on(Color ground, int side = 33) {
    Canvas canvas{side, side, ground};
    canvas.fill(path_of({box_ring(3.3, 3.7, side - 4.2, side - 5.5)}), {200, 30, 60, 255});
    return std::move(canvas).take();
}

Image many_colors() {
    Image image{64, 64, {}};
    for (int i = 0; i < 64 * 64; ++i) {
        const auto byte = [](int value) { return static_cast<std::uint8_t>(value); };
        image.rgba.insert(image.rgba.end(), {byte(i % 64 * 4), byte(i / 64 * 4), byte(i), 255});
    }
    return image;
}

std::string encoded(const Image& image, ImageFormat format) {
    auto bytes = encode(image, format);
    EXPECT_TRUE(bytes) << bytes.error().message;
    return *std::move(bytes);
}

TEST(Encode, KeepsEveryPixelInEveryKindOfPngThatIsWithoutLoss) {
    struct Case {
        Color ground;
        ImageFormat format;
        int color_type;
    };
    for (const auto& c : {Case{Color::white(), ImageFormat::png32, PNG_COLOR_TYPE_RGB_ALPHA},
                          Case{Color::none(), ImageFormat::png32, PNG_COLOR_TYPE_RGB_ALPHA},
                          Case{Color::white(), ImageFormat::png24, PNG_COLOR_TYPE_RGB},
                          Case{Color::none(), ImageFormat::png24, PNG_COLOR_TYPE_RGB_ALPHA},
                          Case{Color::white(), ImageFormat::png8, PNG_COLOR_TYPE_PALETTE},
                          Case{Color::none(), ImageFormat::png8, PNG_COLOR_TYPE_PALETTE},
                          Case{Color::none(), ImageFormat::png, PNG_COLOR_TYPE_PALETTE}}) {
        const Image image = square_on(c.ground);
        const auto decoded = decode_png(encoded(image, c.format));
        EXPECT_EQ(decoded.color_type, c.color_type);
        EXPECT_EQ(decoded.image.width, 33);
        EXPECT_EQ(decoded.image.height, 33);
        EXPECT_EQ(decoded.image.rgba, image.rgba);
    }
}

TEST(Encode, PacksFewColoursIntoFewBits) {
    for (const int colors : {1, 2, 3, 4, 5, 16, 17}) {
        Image image{19, 5, {}};
        for (int i = 0; i < 19 * 5; ++i) {
            image.rgba.insert(image.rgba.end(),
                              {static_cast<std::uint8_t>(i % colors * 10), 1, 2, 255});
        }
        EXPECT_EQ(decode_png(encoded(image, ImageFormat::png8)).image.rgba, image.rgba) << colors;
    }
}

TEST(Encode, TakesTrueColourWhereAPaletteWouldNotDo) {
    const auto decoded = decode_png(encoded(many_colors(), ImageFormat::png));
    EXPECT_EQ(decoded.color_type, PNG_COLOR_TYPE_RGB);
    EXPECT_EQ(decoded.image.rgba, many_colors().rgba);
    EXPECT_EQ(decode_png(encoded(many_colors(), ImageFormat::png8)).color_type,
              PNG_COLOR_TYPE_PALETTE);
}

TEST(Encode, WritesPicturesOfOnePixel) {
    const Image image{1, 1, {1, 2, 3, 255}};
    for (const auto format : {ImageFormat::png, ImageFormat::png24, ImageFormat::png32}) {
        EXPECT_EQ(decode_png(encoded(image, format)).image.rgba, image.rgba);
    }
    EXPECT_FALSE(encoded(image, ImageFormat::jpg).empty());
}

TEST(Encode, WritesJpegOverWhite) {
    const std::string bytes = encoded(square_on(Color::none()), ImageFormat::jpg);
    ASSERT_GT(bytes.size(), 100U);
    EXPECT_EQ(bytes.substr(0, 3), "\xff\xd8\xff");
    EXPECT_EQ(bytes.substr(bytes.size() - 2), "\xff\xd9");
}

TEST(Encode, KnowsFormatsByTheirNamesInAnyCase) {
    EXPECT_EQ(find_image_format("PNG32"), ImageFormat::png32);
    EXPECT_EQ(find_image_format("jpeg"), ImageFormat::jpg);
    EXPECT_EQ(find_image_format("gif"), std::nullopt);
    EXPECT_EQ(find_image_format(""), std::nullopt);
    EXPECT_EQ(media_type(ImageFormat::jpg), "image/jpeg");
    EXPECT_EQ(file_extension(ImageFormat::png8), "png");
}

}  // namespace
}  // namespace rhumb::gis::map
