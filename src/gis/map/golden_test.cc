/// Pictures of the sample data, held still: tests/golden/map/<case>.png is what each has looked
/// like since a person last looked at it. RHUMB_BLESS=1 paints them anew (then look at them before
/// they are committed).

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "gis/feature/ogr_source.h"
#include "gis/map/encode.h"
#include "gis/map/renderer.h"
#include "gis/map/testing.h"

namespace rhumb::gis::map {
namespace {

const std::filesystem::path data = RHUMB_SAMPLE_DATA;
const std::filesystem::path pictures = RHUMB_GOLDEN_MAPS;

struct Picture {
    const char* name;
    std::vector<const char*> files;
    Envelope box;
    int epsg;
    int width, height;
    double dpi;
};

constexpr double world = 20037508.342789244;

const std::vector<Picture> cases{
    {"world-mercator",
     {"rivers.gpkg", "countries.gpkg"},
     {-world, -world, world, world},
     3857,
     256,
     256,
     96},
    {"world-degrees", {"countries.gpkg"}, {-180, -90, 180, 90}, 4326, 320, 160, 96},
    {"europe-degrees", {"countries.gpkg"}, {-10, 35, 30, 60}, 4326, 256, 256, 96},
    {"alps-utm",
     {"rivers.gpkg", "countries.gpkg"},
     {200000, 5000000, 900000, 5500000},
     25832,
     256,
     192,
     96},
    {"lakes-twice-as-fine",
     {"rivers.gpkg"},
     {-10300000, 5000000, -8300000, 6400000},
     3857,
     300,
     210,
     192},
    {"antimeridian", {"countries.gpkg"}, {150, 50, 210, 80}, 4326, 240, 120, 96},
    {"south-pole", {"countries.gpkg"}, {-4000000, -3000000, 4000000, 3000000}, 3031, 200, 150, 96},
    {"inside-a-country", {"countries.gpkg"}, {60, 60, 60.01, 60.01}, 4326, 64, 64, 96},
};

Image draw(const Picture& picture) {
    std::vector<std::shared_ptr<const FeatureSource>> sources;
    for (const char* file : picture.files) {
        auto opened = open_file(data / file);
        EXPECT_TRUE(opened) << opened.error().message;
        if (!opened) return {};
        sources.insert(sources.end(), opened->layers.begin(), opened->layers.end());
    }
    std::vector<DrawnLayer> layers;
    for (const auto& source : sources) {
        const auto& schema = source->schema();
        layers.push_back(
            {.source = source.get(), .style = default_style(schema.geometry_type, schema.name)});
    }
    const View view =
        View::fit(picture.box, {picture.epsg, {}}, picture.width, picture.height, picture.dpi);
    auto image = render(view, layers, Color::white());
    EXPECT_TRUE(image) << image.error().message;
    return image ? *std::move(image) : Image{};
}

/// How many pixels differ so much that an eye might see it. Compilers round differently; that is
/// not enough.
int count_different(const Image& a, const Image& b) {
    int different = 0;
    for (std::size_t i = 0; i + 3 < a.rgba.size(); i += 4) {
        for (std::size_t j = i; j < i + 4; ++j) {
            if (std::abs(a.rgba[j] - b.rgba[j]) > 24) {
                ++different;
                break;
            }
        }
    }
    return different;
}

class GoldenMap : public ::testing::TestWithParam<Picture> {};

TEST_P(GoldenMap, LooksAsItDid) {
    const std::filesystem::path file = pictures / (std::string{GetParam().name} + ".png");
    const Image image = draw(GetParam());
    ASSERT_FALSE(image.rgba.empty());
    if (std::getenv("RHUMB_BLESS") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
        const auto bytes = encode(image, ImageFormat::png8);
        ASSERT_TRUE(bytes);
        ASSERT_TRUE(write_file_atomically(file, *bytes));
        return;
    }
    const auto bytes = read_file(file);
    ASSERT_TRUE(bytes) << bytes.error().message << "\nRHUMB_BLESS=1 paints it.";
    const Image expected = testing::decode_png(*bytes).image;

    ASSERT_EQ(expected.width, image.width);
    ASSERT_EQ(expected.height, image.height);
    EXPECT_LE(count_different(image, expected), image.width * image.height / 200) << file;
}

INSTANTIATE_TEST_SUITE_P(Sample, GoldenMap, ::testing::ValuesIn(cases), [](const auto& instance) {
    std::string name = instance.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
}  // namespace rhumb::gis::map
