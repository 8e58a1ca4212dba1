#include "gis/rest/geometry_parameter.h"

#include <gtest/gtest.h>

namespace rhumb::gis::rest {
namespace {

TEST(GeometryParameter, ReadsEveryForm) {
    struct Case {
        const char* text;
        GeometryType type;
        std::size_t vertices;
    };
    for (const auto& c :
         {Case{"1,2", GeometryType::point, 1}, Case{" 1 , 2 , 3 , 4 ", GeometryType::polygon, 5},
          Case{R"({"x":1,"y":2})", GeometryType::point, 1},
          Case{R"({"points":[[1,2],[3,4,5]]})", GeometryType::multipoint, 2},
          Case{R"({"paths":[[[1,2],[3,4]]]})", GeometryType::polyline, 2},
          Case{R"({"rings":[[[0,0],[0,1],[1,1]]]})", GeometryType::polygon, 4},
          Case{R"({"xmin":0,"ymin":"1","xmax":2,"ymax":3})", GeometryType::polygon, 5}}) {
        const auto read = parse_geometry(c.text, "");
        ASSERT_TRUE(read) << c.text << ": " << read.error().message;
        EXPECT_EQ(read->geometry.type, c.type) << c.text;
        EXPECT_EQ(read->geometry.vertex_count(), c.vertices) << c.text;
    }
}

TEST(GeometryParameter, TakesTheReferenceBesideItEvenAsText) {
    const auto read = parse_geometry(R"({"x":1,"y":2,"spatialReference":{"wkid":"102100"}})", "");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->crs->epsg, 3857);
}

TEST(GeometryParameter, KnowsHolesByTheirDirection) {
    const auto read = parse_geometry(
        R"({"rings":[[[0,0],[0,9],[9,9],[9,0],[0,0]],[[1,1],[2,1],[2,2],[1,2],[1,1]]]})", "");
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->geometry.parts[0].is_hole);
    EXPECT_TRUE(read->geometry.parts[1].is_hole);
}

TEST(GeometryParameter, RefusesWhatIsNone) {
    for (const auto* text :
         {"1", "1,2,3", "1,2,3,4,5", "a,b", "{", "[]", "{}", R"({"x":1})", R"({"rings":1})",
          R"({"rings":[]})", R"({"rings":[[1,2]]})", R"({"paths":[[["a",2],[3,4]]]})",
          R"({"xmin":0})", "nan,1", "1,inf", R"({"points":[[1e999,2]]})",
          R"({"x":1,"y":2,"spatialReference":{"wkid":"x"}})"}) {
        EXPECT_FALSE(parse_geometry(text, "")) << text;
    }
    EXPECT_FALSE(parse_geometry("1,2,3,4", "esriGeometryPoint"));
    EXPECT_FALSE(parse_geometry(std::string(100000, '['), ""));
    std::string deep = R"({"rings":)";
    deep += std::string(100000, '[') + std::string(100000, ']') + "}";
    EXPECT_FALSE(parse_geometry(deep, ""));
}

TEST(GeometryParameter, KeepsAnEnvelopeOneWhenItMoves) {
    const auto read = parse_geometry("0,0,10,10", "esriGeometryEnvelope");
    ASSERT_TRUE(read);
    const auto moved = transformed(*read, Crs{4326, {}}, Crs{3857, {}});
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->vertex_count(), 5U);
    EXPECT_NEAR(moved->envelope().xmax, 1113194.9, 0.1);
}

}  // namespace
}  // namespace rhumb::gis::rest
