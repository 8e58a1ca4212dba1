#include "gis/map/drawing_info.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb::gis::map {
namespace {

using nlohmann::json;

constexpr Style style{.fill = {1, 2, 3, 4},
                      .outline = {5, 6, 7, 255},
                      .outline_width = 0.75,
                      .marker = MarkerShape::diamond,
                      .marker_size = 9};

json symbol_of(GeometryType type, const Style& of = style) {
    const auto drawing = json::parse(drawing_info_json(of, type));
    EXPECT_EQ(drawing["renderer"]["type"], "simple");
    return drawing["renderer"]["symbol"];
}

TEST(DrawingInfo, DescribesAreasWithTheirOutline) {
    EXPECT_EQ(symbol_of(GeometryType::polygon),
              json::parse(R"({"type":"esriSFS","style":"esriSFSSolid","color":[1,2,3,4],
        "outline":{"type":"esriSLS","style":"esriSLSSolid","color":[5,6,7,255],"width":0.75}})"));
}

TEST(DrawingInfo, DescribesLines) {
    EXPECT_EQ(symbol_of(GeometryType::polyline),
              json::parse(
                  R"({"type":"esriSLS","style":"esriSLSSolid","color":[5,6,7,255],"width":0.75})"));
}

TEST(DrawingInfo, DescribesMarkers) {
    const auto symbol = symbol_of(GeometryType::multipoint);
    EXPECT_EQ(symbol["type"], "esriSMS");
    EXPECT_EQ(symbol["style"], "esriSMSDiamond");
    EXPECT_EQ(symbol["size"], 9);
    EXPECT_EQ(symbol["outline"]["width"], 0.75);
}

TEST(DrawingInfo, SaysWhatIsNotDrawn) {
    const auto symbol =
        symbol_of(GeometryType::polygon, {.fill = Color::none(), .outline_width = 0});
    EXPECT_EQ(symbol["style"], "esriSFSNull");
    EXPECT_EQ(symbol["outline"]["style"], "esriSLSNull");
    EXPECT_EQ(drawing_info_json(style, GeometryType::none), "null");
}

}  // namespace
}  // namespace rhumb::gis::map
