#include "gis/map/canvas.h"

#include <utility>

#include <gtest/gtest.h>

#include "gis/map/stamp.h"
#include "gis/map/testing.h"

namespace rhumb::gis::map {
namespace {

using testing::box_ring;
using testing::count_painted;
using testing::path_of;

constexpr Color red{255, 0, 0, 255};
constexpr Color blue{0, 0, 255, 255};

Image filled(const Path& path, int side = 20) {
    Canvas canvas{side, side, Color::none()};
    canvas.fill(path, red);
    return std::move(canvas).take();
}

TEST(Canvas, FillsExactlyThePixelsOfASquareThatEndsBetweenPixels) {
    const Image image = filled(path_of({box_ring(3, 4, 9, 12)}));

    for (int y = 0; y < 20; ++y) {
        for (int x = 0; x < 20; ++x) {
            const bool is_inside = x >= 3 && x < 9 && y >= 4 && y < 12;
            ASSERT_EQ(image.at(x, y), is_inside ? red : Color::none()) << x << ',' << y;
        }
    }
}

TEST(Canvas, CoversAPixelAsMuchAsTheShapeDoes) {
    const Image image = filled(path_of({box_ring(2.5, 2, 6, 4)}));

    EXPECT_NEAR(image.at(2, 2).alpha, 128, 2);
    EXPECT_EQ(image.at(2, 2).red, 255) << "alpha is not premultiplied";
    EXPECT_EQ(image.at(3, 2), red);
}

TEST(Canvas, LeavesHolesEmptyWhicheverWayTheyRun) {
    auto hole = box_ring(6, 6, 10, 10);
    const Image same_way = filled(path_of({box_ring(2, 2, 14, 14), hole}));
    std::reverse(hole.begin(), hole.end());
    const Image other_way = filled(path_of({box_ring(2, 2, 14, 14), hole}));

    EXPECT_EQ(same_way.at(8, 8), Color::none());
    EXPECT_EQ(other_way.at(8, 8), Color::none());
    EXPECT_EQ(count_painted(same_way), 12 * 12 - 4 * 4);
    EXPECT_EQ(same_way.rgba, other_way.rgba);
}

TEST(Canvas, ClipsAPolygonMillionsOfPixelsLargeWithoutADistortion) {
    const Image all = filled(path_of({box_ring(-5e8, -7e8, 6e8, 4e8)}));
    const Image half = filled(path_of({{{-1e9, 10}, {1e9, 10}, {1e9, 3e9}, {-1e9, 3e9}}}));

    EXPECT_EQ(count_painted(all), 400);
    EXPECT_EQ(count_painted(half), 200);
    EXPECT_EQ(half.at(0, 9), Color::none());
    EXPECT_EQ(half.at(19, 10), red);
}

TEST(Canvas, DrawsALineAsWideAsItIsAsked) {
    Canvas canvas{20, 20, Color::none()};
    canvas.stroke(path_of({{{-5, 10}, {25, 10}}}), red, 4, false);
    const Image image = std::move(canvas).take();

    EXPECT_EQ(count_painted(image), 4 * 20);
    EXPECT_EQ(image.at(7, 7), Color::none());
    EXPECT_EQ(image.at(7, 8), red);
    EXPECT_EQ(image.at(7, 11), red);
    EXPECT_EQ(image.at(7, 12), Color::none());
}

TEST(Canvas, DrawsAThinLineWhereItIs) {
    Canvas canvas{20, 20, Color::none()};
    canvas.stroke(path_of({{{2, 10.5}, {18, 10.5}}}), red, 1, false);
    const Image image = std::move(canvas).take();

    EXPECT_GT(image.at(10, 10).alpha, 200);
    EXPECT_LT(image.at(10, 8).alpha, 20);
    EXPECT_LT(image.at(10, 12).alpha, 20);
    EXPECT_EQ(image.at(0, 10), Color::none());
}

TEST(Canvas, FollowsAThinLineThatBeginsFarAway) {
    Canvas canvas{20, 20, Color::none()};
    canvas.stroke(path_of({{{-3e7, -3e7}, {3e7, 3e7}}}), red, 1.5, false);
    const Image image = std::move(canvas).take();

    for (int i = 0; i < 20; ++i) EXPECT_GT(image.at(i, i).alpha, 200) << i;
    EXPECT_EQ(image.at(15, 5), Color::none());
}

TEST(Canvas, ClosesARingOnlyWhenAsked) {
    const Path corner = path_of({{{4, 4}, {16, 4}, {16, 16}, {4, 16}}});
    Canvas open{20, 20, Color::none()};
    open.stroke(corner, red, 3, false);
    Canvas closed{20, 20, Color::none()};
    closed.stroke(corner, red, 3, true);

    EXPECT_EQ(std::move(open).take().at(4, 10), Color::none());
    EXPECT_EQ(std::move(closed).take().at(4, 10), red);
}

TEST(Canvas, DoesNotDoubleATranslucentColourWhereLinesCross) {
    Canvas canvas{20, 20, Color::none()};
    canvas.stroke(path_of({{{0, 10}, {20, 10}}, {{10, 0}, {10, 20}}}), {255, 0, 0, 100}, 2, false);
    const Image image = std::move(canvas).take();

    EXPECT_EQ(image.at(9, 9).alpha, 100);
    EXPECT_EQ(image.at(3, 9).alpha, 100);
}

TEST(Canvas, BlendsOverWhatIsThere) {
    Canvas canvas{4, 4, Color::white()};
    canvas.fill(path_of({box_ring(0, 0, 4, 4)}), {0, 0, 255, 128});
    const Image image = std::move(canvas).take();

    EXPECT_EQ(image.at(1, 1).alpha, 255);
    EXPECT_EQ(image.at(1, 1).blue, 255);
    EXPECT_NEAR(image.at(1, 1).red, 127, 2);
}

TEST(Canvas, TakesRingsAndLinesWithoutExtentAsNothing) {
    Canvas canvas{4, 4, Color::none()};
    canvas.fill(path_of({{}, {{1, 1}}, {{1, 1}, {2, 2}}}), red);
    canvas.stroke(path_of({{}, {{1, 1}}}), red, 1, true);
    canvas.stroke(path_of({{{0, 0}, {4, 4}}}), red, 0, false);
    canvas.stroke(path_of({{{0, 0}, {4, 4}}}), Color::none(), 3, false);

    EXPECT_EQ(count_painted(std::move(canvas).take()), 0);
}

/// A square of three by three pixels around its middle.
Stamp square_stamp() {
    return Stamp{1.5, [](Canvas& canvas, double x, double y) {
                     canvas.fill(path_of({box_ring(x - 1.5, y - 1.5, x + 1.5, y + 1.5)}), blue);
                 }};
}

TEST(Stamp, IsPrintedAroundItsPlaceToAQuarterOfAPixel) {
    Canvas canvas{20, 20, Color::none()};
    canvas.print(square_stamp(), 10.5, 8.5);
    const Image image = std::move(canvas).take();

    EXPECT_EQ(image.at(10, 8), blue);
    // The stamp is painted in the middle of its quarter, an eighth of a pixel away.
    EXPECT_NEAR(image.at(9, 8).alpha, 255 * 7 / 8, 3);
    EXPECT_NEAR(image.at(12, 8).alpha, 255 / 8, 3);
    EXPECT_EQ(image.at(8, 8), Color::none());
}

TEST(Stamp, IsCutAtTheEdgesAndLeftOutBeyondThem) {
    Canvas canvas{10, 10, Color::none()};
    const Stamp stamp = square_stamp();
    for (const auto& [x, y] : {std::pair{0.0, 0.0}, {10.0, 10.0}, {-1.0, 5.0}, {5.0, 11.0}})
        canvas.print(stamp, x, y);
    const auto nan = std::numeric_limits<double>::quiet_NaN();
    for (const auto& [x, y] : {std::pair{-1e300, 0.0}, {1e12, 5.0}, {nan, 5.0}, {5.0, nan}})
        canvas.print(stamp, x, y);
    const Image image = std::move(canvas).take();

    EXPECT_EQ(image.at(0, 0), blue);
    EXPECT_GT(image.at(9, 9).alpha, 0);
    EXPECT_EQ(image.at(5, 5), Color::none());
}

}  // namespace
}  // namespace rhumb::gis::map
