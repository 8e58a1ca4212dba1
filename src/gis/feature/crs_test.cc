#include "gis/feature/crs.h"

#include <array>

#include <gtest/gtest.h>

namespace rhumb::gis {
namespace {

const Crs degrees{Crs::wgs84, {}};
const Crs mercator{Crs::web_mercator, {}};

TEST(Crs, TakesEveryNumberOfWebMercatorForTheSame) {
    for (const int wkid : {102100, 102113, 900913, 3785, 3857})
        EXPECT_EQ(Crs::from_wkid(wkid), mercator) << wkid;
    EXPECT_EQ(mercator.wkid(), 102100);
    EXPECT_EQ(mercator.latest_wkid(), 3857);
}

TEST(Transform, GoesToWebMercatorAndBackByFormula) {
    const auto to = Transform::between(degrees, mercator);
    const auto back = Transform::between(mercator, degrees);
    ASSERT_TRUE(to && back);
    std::array<double, 4> xy{13.4, 52.5, -180, 0};

    to->apply(std::span<double>{xy});
    EXPECT_NEAR(xy[0], 1491681.18, 0.01);
    EXPECT_NEAR(xy[1], 6891041.72, 0.01);
    EXPECT_NEAR(xy[2], -20037508.34, 0.01);

    back->apply(std::span<double>{xy});
    EXPECT_NEAR(xy[0], 13.4, 1e-12);
    EXPECT_NEAR(xy[1], 52.5, 1e-12);
}

TEST(Transform, KeepsThePolesFinite) {
    const auto to = Transform::between(degrees, mercator);
    std::array<double, 4> xy{0, 90, 0, -90};
    to->apply(std::span<double>{xy});
    EXPECT_NEAR(xy[1], 20037508.34, 0.01);
    EXPECT_NEAR(xy[3], -20037508.34, 0.01);
}

TEST(Transform, AsksProjForOtherSystemsWithEastingFirst) {
    const auto utm = Transform::between(degrees, Crs{25832, {}});
    ASSERT_TRUE(utm) << utm.error().message;
    std::array<double, 2> xy{9, 50};

    utm->apply(std::span<double>{xy});

    EXPECT_NEAR(xy[0], 500000, 0.01);
    EXPECT_NEAR(xy[1], 5538630.70, 0.5);
}

TEST(Transform, SaysWhichSystemIsUnknown) {
    const auto way = Transform::between(degrees, Crs{999999, {}});
    ASSERT_FALSE(way);
    EXPECT_EQ(way.error().kind, ErrorKind::invalid);
    EXPECT_NE(way.error().message.find("999999"), std::string::npos);
    EXPECT_FALSE(Transform::between(Crs{}, degrees));
}

TEST(Transform, LeavesOutVerticesWithoutAnImageAndClosesTheRing) {
    const auto way = Transform::between(degrees, Crs{25832, {}});
    ASSERT_TRUE(way);
    Geometry geometry;
    geometry.type = GeometryType::polygon;
    geometry.begin_part();
    geometry.xy = {8, 500, 8, 51, 10, 51, 10, 49, 8, 49, 8, 500};

    way->apply(geometry);

    ASSERT_EQ(geometry.parts.size(), 1U);
    for (const double value : geometry.xy) EXPECT_TRUE(std::isfinite(value));
    EXPECT_EQ(geometry.xy[0], geometry.xy[geometry.xy.size() - 2]);
    EXPECT_EQ(geometry.xy[1], geometry.xy.back());
}

TEST(Transform, FollowsTheBorderOfABox) {
    const auto way = Transform::between(degrees, Crs{3035, {}});
    ASSERT_TRUE(way);
    const auto box = way->apply(Envelope{0, 40, 20, 50});
    // The northern border of the box bends up between its corners.
    const auto corners = [&] {
        std::array<double, 4> xy{0, 50, 20, 50};
        way->apply(std::span<double>{xy});
        return std::max(xy[1], xy[3]);
    }();
    EXPECT_GE(box.ymax, corners - 1);
    EXPECT_TRUE(way->apply(Envelope{}).is_empty());
}

TEST(CrsTraits, KnowDegreesFromMetres) {
    EXPECT_TRUE(traits_of(degrees)->is_geographic);
    EXPECT_FALSE(traits_of(Crs{25832, {}})->is_geographic);
    EXPECT_NEAR(traits_of(Crs{2263, {}})->metres_per_unit, 0.3048, 1e-4);  // feet of the US survey
}

}  // namespace
}  // namespace rhumb::gis
