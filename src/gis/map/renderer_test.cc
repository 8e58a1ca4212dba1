#include "gis/map/renderer.h"

#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "gis/map/testing.h"

namespace rhumb::gis::map {
namespace {

using testing::box_ring;
using testing::count_painted;
using testing::layer_of;
using testing::line;
using testing::point;
using testing::polygon;

constexpr Color red{255, 0, 0, 255};
constexpr Color black{0, 0, 0, 255};
constexpr double world = 20037508.342789244;
constexpr Style plain_red{.fill = red, .outline = Color::none(), .outline_width = 0};

/// 100 × 100 pixels of one unit each; (0, 0) is the lower left corner.
View unit_view(int side = 100) {
    return View::fit({0, 0, 100, 100}, {Crs::web_mercator, {}}, side, side, 72);
}

Image draw(const View& view, const std::vector<DrawnLayer>& layers) {
    auto image = render(view, layers, Color::none());
    EXPECT_TRUE(image) << image.error().message;
    return *std::move(image);
}

Image draw_one(GeometryType type, std::vector<Geometry> geometries, const Style& style) {
    const auto layer = layer_of(type, std::move(geometries));
    return draw(unit_view(), {{.source = layer.get(), .style = style}});
}

TEST(Renderer, PaintsAPolygonWithNorthUp) {
    const Image image =
        draw_one(GeometryType::polygon, {polygon({box_ring(10, 60, 30, 90)})}, plain_red);

    EXPECT_EQ(count_painted(image), 20 * 30);
    EXPECT_EQ(image.at(10, 10), red);
    EXPECT_EQ(image.at(29, 39), red);
    EXPECT_EQ(image.at(9, 10), Color::none());
    EXPECT_EQ(image.at(10, 40), Color::none());
}

TEST(Renderer, LeavesHolesEmpty) {
    const Image image =
        draw_one(GeometryType::polygon,
                 {polygon({box_ring(10, 10, 90, 90), box_ring(40, 40, 60, 60)})}, plain_red);

    EXPECT_EQ(count_painted(image), 80 * 80 - 20 * 20);
    EXPECT_EQ(image.at(50, 50), Color::none());
}

TEST(Renderer, DrawsOutlinesOverAllFills) {
    const Style style{.fill = red, .outline = black, .outline_width = 4};
    const Image image =
        draw_one(GeometryType::polygon,
                 {polygon({box_ring(10, 10, 50, 90)}), polygon({box_ring(50, 10, 90, 90)})}, style);

    // The second polygon's fill does not hide the first one's half of the border.
    for (int x = 48; x < 52; ++x) EXPECT_EQ(image.at(x, 50), black) << x;
    EXPECT_EQ(image.at(47, 50), red);
    EXPECT_EQ(image.at(52, 50), red);
}

TEST(Renderer, DrawsALineAsWideAsItsPointsAreAtTheResolution) {
    const auto layer = layer_of(GeometryType::polyline, {line({{-10, 50}, {110, 50}})});
    const std::vector<DrawnLayer> layers{
        {.source = layer.get(), .style = {.outline = black, .outline_width = 3}}};
    const View coarse = View::fit({0, 0, 100, 100}, {Crs::web_mercator, {}}, 100, 100, 72);
    const View fine = View::fit({0, 0, 100, 100}, {Crs::web_mercator, {}}, 200, 200, 144);

    const auto column_height = [](const Image& image, int x) {
        double sum = 0;
        for (int y = 0; y < image.height; ++y) sum += image.at(x, y).alpha / 255.0;
        return sum;
    };
    EXPECT_NEAR(column_height(draw(coarse, layers), 50), 3, 0.05);
    EXPECT_NEAR(column_height(draw(fine, layers), 100), 6, 0.05);
}

TEST(Renderer, PutsAMarkerOnItsPoint) {
    const Style style{.fill = red, .outline = Color::none(), .outline_width = 0, .marker_size = 10};
    const Image image = draw_one(GeometryType::point, {point(30.5, 69.5)}, style);

    EXPECT_EQ(image.at(30, 30), red);
    EXPECT_EQ(image.at(26, 30), red);
    EXPECT_EQ(image.at(24, 30), Color::none());
    EXPECT_EQ(image.at(26, 26), Color::none()) << "a circle has no corners";
    EXPECT_NEAR(count_painted(image), 79, 25);
}

TEST(Renderer, ShowsTheHalfOfAMarkerWhosePointIsJustOutside) {
    const Style style{.fill = red, .outline = Color::none(), .outline_width = 0, .marker_size = 20};
    const Image image = draw_one(GeometryType::point, {point(-3, 50), point(500, 500)}, style);

    EXPECT_EQ(image.at(2, 50), red);
    EXPECT_EQ(image.at(15, 50), Color::none());
}

TEST(Renderer, CutsPolygonsThatAreFarLargerThanThePicture) {
    // A ring of a quarter million vertices around the picture, as a coast is when one zooms into
    // the land.
    testing::Ring circle;
    for (int i = 0; i <= 250'000; ++i) {
        const double angle = 2 * M_PI * i / 250'000;
        circle.emplace_back(50 + 1e7 * std::cos(angle), 50 + 1e7 * std::sin(angle));
    }
    const Image around = draw_one(GeometryType::polygon, {polygon({circle})}, plain_red);
    const Image with_hole =
        draw_one(GeometryType::polygon, {polygon({circle, box_ring(20, 20, 40, 40)})}, plain_red);

    EXPECT_EQ(count_painted(around), 100 * 100);
    EXPECT_EQ(count_painted(with_hole), 100 * 100 - 20 * 20);
}

TEST(Renderer, DoesNotDrawTheEdgeOfThePictureAsAnOutline) {
    const Style style{.fill = red, .outline = black, .outline_width = 2};
    const Image image =
        draw_one(GeometryType::polygon, {polygon({box_ring(-1e6, -1e6, 1e6, 1e6)})}, style);

    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(image.at(i, 0), red);
        EXPECT_EQ(image.at(99, i), red);
    }
}

TEST(Renderer, KeepsShapesThatWindThroughOutsideThePicture) {
    // A comb whose teeth hang into the picture from above, joined far outside.
    testing::Ring comb{{0, 1000}};
    for (int tooth = 0; tooth < 5; ++tooth) {
        const double x = 10 + tooth * 20.0;
        comb.insert(
            comb.end(),
            {{x, 1000}, {x, 50}, {x + 10, 50}, {x + 10, 1000}, {x + 10, 2000}, {x + 15, 1500}});
    }
    comb.insert(comb.end(), {{200, 1000}, {200, 3000}, {0, 3000}, {0, 1000}});
    const Image image = draw_one(GeometryType::polygon, {polygon({comb})}, plain_red);

    for (int x = 0; x < 100; ++x) {
        const bool is_tooth = x % 20 >= 10;
        EXPECT_EQ(image.at(x, 20), is_tooth ? red : Color::none()) << x;
        EXPECT_EQ(image.at(x, 60), Color::none()) << x;
    }
}

TEST(Renderer, PaintsAPixelForAFeatureThatIsSmallerThanOne) {
    const Style style{.fill = red, .outline = black, .outline_width = 1};
    const Image image =
        draw_one(GeometryType::polygon, {polygon({box_ring(50.1, 50.1, 50.2, 50.2)})}, style);

    EXPECT_GE(count_painted(image), 1);
    EXPECT_LE(count_painted(image), 4);
    EXPECT_GT(image.at(50, 49).alpha, 100);
}

TEST(Renderer, ShrugsAtGeometriesThatAreNoneEmptyOrNotFinite) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinite = std::numeric_limits<double>::infinity();
    Geometry empty_ring;
    empty_ring.type = GeometryType::polygon;
    empty_ring.begin_part();
    const std::vector<Geometry> geometries{
        Geometry{},
        polygon({}),
        empty_ring,
        polygon({{{1, 1}}}),
        polygon({{{nan, nan}, {nan, 1}, {1, nan}, {nan, nan}}}),
        polygon({{{10, 10}, {infinite, 10}, {30, 10}, {30, 30}, {10, 30}, {nan, nan}, {10, 10}}}),
    };
    const Image image = draw_one(GeometryType::polygon, geometries, plain_red);
    EXPECT_EQ(count_painted(image), 20 * 20) << "the vertices that are finite make a square";

    const Style style{.outline = black, .outline_width = 2};
    const Image lines = draw_one(
        GeometryType::polyline,
        {line({}), line({{1, 1}}), line({{10, 50}, {40, 50}, {nan, 50}, {60, 50}, {90, 50}})},
        style);
    EXPECT_GT(lines.at(20, 50).alpha, 100);
    EXPECT_EQ(lines.at(50, 50), Color::none()) << "the line is interrupted";
    EXPECT_GT(lines.at(70, 50).alpha, 100);

    EXPECT_EQ(count_painted(draw_one(GeometryType::point,
                                     {point(nan, 1), point(infinite, infinite)}, plain_red)),
              0);
}

TEST(Renderer, ReprojectsLongitudeAndLatitude) {
    const auto layer = layer_of(GeometryType::polygon,
                                {polygon({box_ring(-90, 0, 90, 66.51326044311186)})}, Crs::wgs84);
    const View view = View::fit({-world, -world, world, world}, {Crs::web_mercator, {}}, 100, 100);
    const Image image = draw(view, {{.source = layer.get(), .style = plain_red}});

    // 66.51326° is half way up the square world: y = world / 2.
    EXPECT_EQ(image.at(25, 25), red);
    EXPECT_EQ(image.at(74, 49), red);
    EXPECT_EQ(image.at(24, 30), Color::none());
    EXPECT_EQ(image.at(30, 24), Color::none());
    EXPECT_EQ(image.at(30, 50), Color::none());
}

TEST(Renderer, KeepsPolygonsWholeThatTouchThePoleAndTheAntimeridian) {
    const auto layer =
        layer_of(GeometryType::polygon,
                 {polygon({box_ring(-180, -90, 180, -60)}), polygon({box_ring(170, 70, 180, 90)})},
                 Crs::wgs84);
    const View view = View::fit({-world, -world, world, world}, {Crs::web_mercator, {}}, 100, 100);
    const Image image = draw(view, {{.source = layer.get(), .style = plain_red}});

    for (int x = 0; x < 100; ++x) EXPECT_EQ(image.at(x, 99), red) << x;
    EXPECT_EQ(image.at(50, 60), Color::none());
    EXPECT_EQ(image.at(99, 0), red);
    EXPECT_EQ(image.at(50, 0), Color::none());
}

TEST(Renderer, FindsWhatLiesAtAPoleWithinThePicture) {
    const auto layer =
        layer_of(GeometryType::polygon, {polygon({box_ring(30, -88, 60, -86)})}, Crs::wgs84);
    const View view = View::fit({-4e6, -4e6, 4e6, 4e6}, {3031, {}}, 200, 200);
    const Image image = draw(view, {{.source = layer.get(), .style = plain_red}});

    EXPECT_GT(count_painted(image), 0);
}

TEST(Renderer, DrawsTheFirstLayerUppermost) {
    const auto square = layer_of(GeometryType::polygon, {polygon({box_ring(10, 10, 90, 90)})});
    const Style black_fill{.fill = black, .outline = Color::none(), .outline_width = 0};
    const Image image = draw(unit_view(), {{.source = square.get(), .style = plain_red},
                                           {.source = square.get(), .style = black_fill}});

    EXPECT_EQ(image.at(50, 50), red);
}

TEST(Renderer, LeavesOutLayersBeyondTheirScales) {
    const auto square = layer_of(GeometryType::polygon, {polygon({box_ring(10, 10, 90, 90)})});
    const auto traits = traits_of({Crs::web_mercator, {}});
    ASSERT_TRUE(traits);
    const double scale = unit_view().scale(*traits);
    struct Case {
        double scale_min, scale_max;
        bool is_drawn;
    };
    for (const auto& c :
         {Case{0, 0, true}, Case{scale * 2, 0, true}, Case{scale / 2, 0, false},
          Case{0, scale / 2, true}, Case{0, scale * 2, false}, Case{scale * 2, scale / 2, true}}) {
        const Image image = draw(unit_view(), {{.source = square.get(),
                                                .style = plain_red,
                                                .where = nullptr,
                                                .scale_min = c.scale_min,
                                                .scale_max = c.scale_max}});
        EXPECT_EQ(count_painted(image) > 0, c.is_drawn) << c.scale_min << ' ' << c.scale_max;
    }
}

TEST(Renderer, GivesUpWhenItsTimeHasPassed) {
    testing::Ring zigzag;
    for (int i = 0; i < 100'000; ++i) zigzag.emplace_back(i % 100, i / 1000.0);
    const auto layer = layer_of(GeometryType::polyline, {line(zigzag), line(zigzag)});
    const std::vector<DrawnLayer> layers{{.source = layer.get(), .style = {}}};

    const auto image =
        render(unit_view(), layers, Color::none(), std::chrono::steady_clock::time_point{});

    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().kind, ErrorKind::unavailable);
    EXPECT_NE(image.error().message.find("things"), std::string::npos) << image.error().message;
}

TEST(Renderer, DrawsTheSamePictureOnEveryThread) {
    std::vector<Geometry> squares;
    for (int i = 0; i < 200; ++i)
        squares.push_back(
            polygon({box_ring(i % 20 * 5, i / 20 * 10, i % 20 * 5 + 3, i / 20 * 10 + 7.3)}));
    const auto layer = layer_of(GeometryType::polygon, std::move(squares));
    const std::vector<DrawnLayer> layers{
        {.source = layer.get(), .style = {.fill = red, .outline = black}}};
    const Image expected = draw(unit_view(), layers);

    std::vector<Image> images(4);
    std::vector<std::thread> threads;
    for (auto& image : images)
        threads.emplace_back([&image, &layers] { image = draw(unit_view(), layers); });
    for (auto& thread : threads) thread.join();

    for (const auto& image : images) EXPECT_EQ(image.rgba, expected.rgba);
}

}  // namespace
}  // namespace rhumb::gis::map
