#include "gis/feature/spatial.h"

#include <gtest/gtest.h>

namespace rhumb::gis {
namespace {

Geometry square(double x, double y, double size) {
    return SpatialFilter::box({x, y, x + size, y + size}).geometry;
}

Geometry line(std::initializer_list<double> xy) {
    Geometry geometry;
    geometry.type = GeometryType::polyline;
    geometry.begin_part();
    geometry.xy = xy;
    return geometry;
}

Geometry point(double x, double y) {
    Geometry geometry;
    geometry.type = GeometryType::point;
    geometry.add(x, y);
    return geometry;
}

bool matches(const Geometry& filter, SpatialRelation relation, const Geometry& geometry) {
    return SpatialTest{{filter, relation}}.matches(geometry);
}

TEST(SpatialTest, TellsTheBoxOfALineFromTheLine) {
    const auto box = square(0, 0, 10);
    const auto around = line({-5, 8, 2, 15});  // its box overlaps, the line passes the corner by
    EXPECT_TRUE(matches(box, SpatialRelation::envelope_intersects, around));
    EXPECT_FALSE(matches(box, SpatialRelation::intersects, around));
    EXPECT_TRUE(matches(box, SpatialRelation::intersects, line({-5, 5, 15, 6})));
}

TEST(SpatialTest, FindsThePolygonAroundABoxButNotItsHole) {
    auto ring = square(-10, -10, 30);
    EXPECT_TRUE(matches(square(0, 0, 1), SpatialRelation::intersects, ring));
    ring.begin_part(true);
    for (const double value : {-5., -5., 15., -5., 15., 15., -5., 15., -5., -5.})
        ring.xy.push_back(value);
    EXPECT_FALSE(matches(square(0, 0, 1), SpatialRelation::intersects, ring));
    EXPECT_TRUE(matches(square(0, 0, 1), SpatialRelation::envelope_intersects, ring));
}

TEST(SpatialTest, CountsTheBorder) {
    EXPECT_TRUE(matches(square(0, 0, 10), SpatialRelation::intersects, point(10, 10)));
    EXPECT_FALSE(matches(square(0, 0, 10), SpatialRelation::intersects, point(10.001, 10)));
}

TEST(SpatialTest, AsksGeosForOtherShapesAndRelations) {
    Geometry triangle;
    triangle.type = GeometryType::polygon;
    triangle.begin_part();
    triangle.xy = {0, 0, 0, 10, 10, 10, 0, 0};
    EXPECT_TRUE(matches(triangle, SpatialRelation::intersects, point(1, 8)));
    EXPECT_FALSE(matches(triangle, SpatialRelation::intersects, point(8, 1)));
    EXPECT_TRUE(matches(square(0, 0, 10), SpatialRelation::contains, point(5, 5)));
    EXPECT_FALSE(matches(point(5, 5), SpatialRelation::contains, square(0, 0, 10)));
    EXPECT_TRUE(matches(point(5, 5), SpatialRelation::within, square(0, 0, 10)));
    EXPECT_TRUE(matches(square(0, 0, 10), SpatialRelation::crosses, line({-5, 5, 15, 5})));
    EXPECT_TRUE(matches(square(0, 0, 10), SpatialRelation::overlaps, square(5, 5, 10)));
    EXPECT_TRUE(matches(square(0, 0, 10), SpatialRelation::touches, square(10, 0, 10)));
}

TEST(SpatialTest, NeverMatchesAnEmptyGeometry) {
    for (const auto relation : {SpatialRelation::envelope_intersects, SpatialRelation::intersects,
                                SpatialRelation::within}) {
        EXPECT_FALSE(matches(square(0, 0, 10), relation, Geometry{}));
        EXPECT_FALSE(matches(Geometry{}, relation, point(1, 1)));
    }
}

TEST(SpatialTest, StandsAPolygonThatCrossesItself) {
    Geometry bow;
    bow.type = GeometryType::polygon;
    bow.begin_part();
    bow.xy = {0, 0, 10, 10, 10, 0, 0, 10, 0, 0};
    (void)matches(bow, SpatialRelation::overlaps, square(2, 2, 3));
    EXPECT_TRUE(matches(square(2, 2, 3), SpatialRelation::intersects, bow));
}

}  // namespace
}  // namespace rhumb::gis
