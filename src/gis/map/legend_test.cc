#include "gis/map/legend.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gis/map/testing.h"

namespace rhumb::gis::map {
namespace {

TEST(Legend, ShowsASwatchOfEveryKindOfLayer) {
    for (const auto type : {GeometryType::polygon, GeometryType::polyline, GeometryType::point,
                            GeometryType::multipoint}) {
        const Image swatch = draw_swatch(default_style(type, "roads"), type);
        EXPECT_EQ(swatch.width, 20);
        EXPECT_GT(testing::count_painted(swatch), 10);
        EXPECT_FALSE(swatch.at(0, 0).is_visible()) << "the ground is transparent";
    }
    EXPECT_EQ(testing::count_painted(draw_swatch({}, GeometryType::none)), 0);
}

TEST(Legend, KeepsAHugeMarkerWithinItsSwatch) {
    const Image swatch =
        draw_swatch({.fill = {1, 2, 3, 255}, .marker = MarkerShape::square, .marker_size = 500},
                    GeometryType::point);
    EXPECT_TRUE(swatch.at(10, 10).is_visible());
    EXPECT_FALSE(swatch.at(0, 0).is_visible());
}

TEST(Legend, NamesEachLayerAndCarriesItsPicture) {
    MapDescription map;
    map.layers.push_back(
        {.id = 0,
         .source = testing::layer_of(GeometryType::polygon, {}, 4326, "Länder \"A\""),
         .style = default_style(GeometryType::polygon, "x"),
         .scale_min = 5000});
    map.layers.push_back({.id = 7,
                          .source = testing::layer_of(GeometryType::point, {}, 4326, "cities"),
                          .style = default_style(GeometryType::point, "x")});
    const auto text = legend_json(map);
    ASSERT_TRUE(text);
    const auto legend = nlohmann::json::parse(*text);

    ASSERT_EQ(legend["layers"].size(), 2U);
    const auto& first = legend["layers"][0];
    EXPECT_EQ(first["layerName"], "Länder \"A\"");
    EXPECT_EQ(first["minScale"], 5000);
    EXPECT_EQ(first["legend"][0]["contentType"], "image/png");
    EXPECT_EQ(first["legend"][0]["imageData"].get<std::string>().substr(0, 11), "iVBORw0KGgo");
    EXPECT_EQ(first["legend"][0]["width"], 20);
    EXPECT_EQ(legend["layers"][1]["layerId"], 7);
}

}  // namespace
}  // namespace rhumb::gis::map
