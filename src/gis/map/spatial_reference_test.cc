#include "gis/map/spatial_reference.h"

#include <gtest/gtest.h>

namespace rhumb::gis::map {
namespace {

TEST(SpatialReference, IsReadInEveryFormThatClientsWrite) {
    struct Case {
        const char* text;
        int epsg;
    };
    for (const auto& c :
         {Case{"4326", 4326}, Case{"102100", 3857}, Case{"102113", 3857}, Case{"900913", 3857},
          Case{" 3857 ", 3857}, Case{"EPSG:25832", 25832}, Case{R"({"wkid":4326})", 4326},
          Case{R"({"wkid":"102100"})", 3857}, Case{R"({"wkid":102100,"latestWkid":3857})", 3857},
          Case{R"({"latestWkid":4326})", 4326}}) {
        const auto crs = parse_spatial_reference(c.text, "imageSR");
        ASSERT_TRUE(crs) << c.text << ": " << crs.error().message;
        EXPECT_EQ(crs->epsg, c.epsg) << c.text;
    }
    const auto wkt = parse_spatial_reference(R"({"wkt":"GEOGCS[\"a\"]"})", "imageSR");
    ASSERT_TRUE(wkt);
    EXPECT_EQ(wkt->wkt, "GEOGCS[\"a\"]");
    EXPECT_EQ(spatial_reference_json(*wkt), R"({"wkt":"GEOGCS[\"a\"]"})");
}

TEST(SpatialReference, IsRefusedWhenItIsNone) {
    for (const char* text : {"", "x", "0", "-4326", "99999999999", "4326.5", "{", "{}",
                             R"({"wkid":null})", R"({"wkid":{}})", R"({"wkt":""})", "[4326]"}) {
        const auto crs = parse_spatial_reference(text, "imageSR");
        ASSERT_FALSE(crs) << text;
        EXPECT_EQ(crs.error().kind, ErrorKind::invalid);
        EXPECT_NE(crs.error().message.find("imageSR"), std::string::npos);
    }
}

TEST(Box, IsReadFromNumbersAndFromJson) {
    const auto numbers = parse_box("-10, 35.5,1e1,60", "bbox");
    ASSERT_TRUE(numbers);
    EXPECT_EQ(numbers->box, (Envelope{-10, 35.5, 10, 60}));
    EXPECT_FALSE(numbers->crs);

    const auto json = parse_box(
        R"({"xmin":-10,"ymin":35.5,"xmax":"10","ymax":60,"spatialReference":{"wkid":102100}})",
        "bbox");
    ASSERT_TRUE(json);
    EXPECT_EQ(json->box, numbers->box);
    ASSERT_TRUE(json->crs);
    EXPECT_EQ(json->crs->epsg, 3857);
}

TEST(Box, IsRefusedWhenItIsNone) {
    for (const char* text :
         {"", "1,2,3", "1,2,3,4,5", "a,b,c,d", "NaN,0,1,1", "0,0,inf,1", "10,0,0,10", "0,10,10,0",
          R"({"xmin":1})", R"({"xmin":"NaN","ymin":"NaN","xmax":"NaN","ymax":"NaN"})", "{",
          "1;2;3;4"}) {
        const auto box = parse_box(text, "bbox");
        ASSERT_FALSE(box) << text;
        EXPECT_EQ(box.error().kind, ErrorKind::invalid);
    }
}

TEST(Box, IsWrittenWithBothNumbersOfItsReference) {
    EXPECT_EQ(
        box_json({-1.5, 2, 3, 4}, {3857, {}}),
        R"({"xmin":-1.5,"ymin":2,"xmax":3,"ymax":4,"spatialReference":{"wkid":102100,"latestWkid":3857}})");
}

}  // namespace
}  // namespace rhumb::gis::map
