#include "gis/map/style.h"

#include <set>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace rhumb::gis::map {
namespace {

TEST(DefaultStyle, IsTheSameForANameInAnyCase) {
    EXPECT_EQ(default_style(GeometryType::polygon, "Parcels"),
              default_style(GeometryType::polygon, "PARCELS"));
}

TEST(DefaultStyle, GivesDifferentNamesDifferentColours) {
    std::set<std::tuple<int, int, int>> fills;
    for (int i = 0; i < 40; ++i) {
        const Color fill = default_style(GeometryType::polygon, "layer " + std::to_string(i)).fill;
        fills.insert({fill.red, fill.green, fill.blue});
    }
    EXPECT_GE(fills.size(), 6U);
}

TEST(DefaultStyle, PaintsWaterBlueAndNothingElse) {
    const Color water = default_style(GeometryType::polyline, "rivers").outline;
    EXPECT_GT(water.blue, water.red);
    for (const char* name : {"Lakes", "world_lakes_50m", "Inland Water", "SEA"}) {
        EXPECT_EQ(default_style(GeometryType::polyline, name).outline, water) << name;
    }
    for (const char* name : {"research", "underwater", "flakes"}) {
        EXPECT_NE(default_style(GeometryType::polyline, name).outline, water) << name;
    }
}

TEST(DefaultStyle, MakesEveryKindOfGeometryVisible) {
    EXPECT_TRUE(default_style(GeometryType::polygon, "a").fill.is_visible());
    EXPECT_GT(default_style(GeometryType::polyline, "a").outline_width, 0);
    EXPECT_GT(default_style(GeometryType::point, "a").marker_size, 0);
    EXPECT_TRUE(default_style(GeometryType::multipoint, "a").fill.is_visible());
}

}  // namespace
}  // namespace rhumb::gis::map
