#include "gis/map/view.h"

#include <gtest/gtest.h>

namespace rhumb::gis::map {
namespace {

const Crs mercator{Crs::web_mercator, {}};

TEST(View, GrowsTheShorterSideAroundTheMiddle) {
    EXPECT_EQ(View::fit({0, 0, 10, 10}, mercator, 200, 100).extent, (Envelope{-5, 0, 15, 10}));
    EXPECT_EQ(View::fit({0, 0, 10, 10}, mercator, 100, 200).extent, (Envelope{0, -5, 10, 15}));
    EXPECT_EQ(View::fit({0, 0, 20, 10}, mercator, 400, 200).extent, (Envelope{0, 0, 20, 10}));
}

TEST(View, GrowsALineToAnArea) {
    EXPECT_EQ(View::fit({0, 5, 10, 5}, mercator, 100, 100).extent, (Envelope{0, 0, 10, 10}));
}

TEST(View, CountsScaleAsTheTilesOfGeoServicesDo) {
    constexpr double world = 20037508.342787;
    const auto traits = traits_of(mercator);
    ASSERT_TRUE(traits);
    const View level_0 = View::fit({-world, -world, world, world}, mercator, 256, 256, 96);
    EXPECT_NEAR(level_0.scale(*traits), 591657527.591555, 1);
    EXPECT_NEAR(View::fit({-world, -world, world, world}, mercator, 256, 256, 192).scale(*traits),
                2 * 591657527.591555, 2);
}

TEST(View, IsPutAtAScaleAroundItsMiddle) {
    const auto traits = traits_of(mercator);
    ASSERT_TRUE(traits);
    const View view = View::fit({100, 100, 100, 100}, mercator, 300, 200).at_scale(5000, *traits);
    EXPECT_NEAR(view.scale(*traits), 5000, 1e-6);
    EXPECT_NEAR((view.extent.xmin + view.extent.xmax) / 2, 100, 1e-9);
    EXPECT_NEAR(view.extent.width() / view.extent.height(), 1.5, 1e-9);
}

TEST(View, PutsTheUpperLeftCornerAtZero) {
    const View view = View::fit({0, 0, 10, 10}, mercator, 100, 100);
    EXPECT_EQ(view.to_pixel_x(0), 0);
    EXPECT_EQ(view.to_pixel_y(10), 0);
    EXPECT_EQ(view.to_pixel_y(0), 100);
}

}  // namespace
}  // namespace rhumb::gis::map
