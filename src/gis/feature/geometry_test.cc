#include "gis/feature/geometry.h"

#include <gtest/gtest.h>

namespace rhumb::gis {
namespace {

Geometry ring(std::initializer_list<double> xy, bool is_hole = false) {
    Geometry geometry;
    geometry.type = GeometryType::polygon;
    geometry.begin_part(is_hole);
    geometry.xy = xy;
    return geometry;
}

TEST(Envelope, IsEmptyUntilItHoldsAPoint) {
    Envelope box;
    EXPECT_TRUE(box.is_empty());
    EXPECT_FALSE(box.intersects(box));

    box.expand(3, 4);

    EXPECT_FALSE(box.is_empty());
    EXPECT_EQ(box, (Envelope{3, 4, 3, 4}));
    EXPECT_EQ(box.width(), 0);
}

TEST(Envelope, LeavesOutWhatIsNotFinite) {
    Envelope box{0, 0, 1, 1};

    box.expand(std::nan(""), 5);
    box.expand(INFINITY, 0);

    EXPECT_EQ(box, (Envelope{0, 0, 1, 1}));
}

TEST(OrientRings, TurnsOuterRingsClockwiseAndHolesAgainst) {
    auto geometry = ring({0, 0, 4, 0, 4, 4, 0, 4, 0, 0});  // counter-clockwise
    geometry.begin_part(true);
    for (const double value : {1., 1., 1., 2., 2., 2., 2., 1., 1., 1.})
        geometry.xy.push_back(value);  // clockwise

    orient_rings(geometry);

    EXPECT_LT(twice_signed_area(geometry.part(0)), 0);
    EXPECT_GT(twice_signed_area(geometry.part(1)), 0);
    EXPECT_EQ(geometry.part(0).front(), geometry.part(0)[8]);
}

TEST(SignedArea, KeepsItsDigitsFarFromTheOrigin) {
    const auto far = ring({1e9, 1e9, 1e9, 1e9 + 1, 1e9 + 1, 1e9 + 1, 1e9 + 1, 1e9, 1e9, 1e9});
    EXPECT_DOUBLE_EQ(twice_signed_area(far.part(0)), -2);
}

TEST(Simplify, DropsVerticesNearTheLineAndKeepsTheEnds) {
    Geometry line;
    line.type = GeometryType::polyline;
    line.begin_part();
    line.xy = {0, 0, 1, 0.01, 2, -0.01, 3, 0, 4, 5};

    simplify(line, 0.1);

    EXPECT_EQ(line.xy, (std::vector<double>{0, 0, 3, 0, 4, 5}));
}

TEST(Simplify, DropsARingThatCollapsesAndItsHoles) {
    auto geometry = ring({0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0, 0, 0});
    geometry.begin_part(true);
    for (const double value : {.01, .01, .02, .01, .02, .02, .01, .01})
        geometry.xy.push_back(value);
    geometry.begin_part(false);
    for (const double value : {10., 10., 10., 20., 20., 20., 20., 10., 10., 10.})
        geometry.xy.push_back(value);

    simplify(geometry, 1);

    ASSERT_EQ(geometry.parts.size(), 1U);
    EXPECT_EQ(geometry.parts[0].first, 0U);
    EXPECT_EQ(geometry.xy, (std::vector<double>{10, 10, 10, 20, 20, 20, 20, 10, 10, 10}));
}

TEST(Simplify, ChangesNothingForZero) {
    auto geometry = ring({0, 0, 0, 1, 0, 2, 2, 2, 0, 0});
    const auto before = geometry;
    simplify(geometry, 0);
    EXPECT_EQ(geometry, before);
}

}  // namespace
}  // namespace rhumb::gis
