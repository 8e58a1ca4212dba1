#include "gis/feature/feature_json.h"

#include <gtest/gtest.h>

#include "gis/feature/json_text.h"

namespace rhumb::gis {
namespace {

std::string number(double value) {
    std::string text;
    json_text::append_number(text, value);
    return text;
}

std::string rounded(double value, int decimals) {
    std::string text;
    json_text::append_rounded(text, value, decimals);
    return text;
}

std::string quoted(std::string_view value) {
    std::string text;
    json_text::append_string(text, value);
    return text;
}

TEST(JsonText, WritesNumbersShortAndWhole) {
    EXPECT_EQ(number(100000), "100000");
    EXPECT_EQ(number(0.1), "0.1");
    EXPECT_EQ(number(-20037508.342787), "-20037508.342787");
    EXPECT_EQ(number(1e300), "1e+300");
    EXPECT_EQ(number(std::nan("")), "null");
    EXPECT_EQ(rounded(1.23456, 3), "1.235");
    EXPECT_EQ(rounded(1.5, 6), "1.5");
    EXPECT_EQ(rounded(-0.0001, 2), "0");
    EXPECT_EQ(rounded(100, 0), "100");
}

TEST(JsonText, EscapesStringsAndMendsWhatIsNotUtf8) {
    EXPECT_EQ(quoted("a\"\\\n\x01<b>é"), R"("a\"\\\n\u0001\u003cb\u003eé")");
    EXPECT_EQ(quoted("a\xFF"
                     "b"),
              "\"a\xEF\xBF\xBD"
              "b\"");
}

TEST(JsonText, IndentsWithoutTouchingStrings) {
    EXPECT_EQ(
        json_text::pretty(R"({"a":[1,{"b":"x,{\"y\":1}"}],"c":[],"d":{}})"),
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,{\\\"y\\\":1}\"\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}");
    EXPECT_EQ(json_text::pretty("\"cut"), "\"cut");
}

Geometry two_squares() {
    Geometry geometry;
    geometry.type = GeometryType::polygon;
    for (const double at : {0., 10.}) {
        geometry.begin_part();
        for (const auto& [x, y] : {std::pair{0., 0.}, {0., 1.}, {1., 1.}, {0., 0.}})
            geometry.add(at + x, y);
    }
    return geometry;
}

TEST(FeatureJson, TurnsRingsForGeoJsonAndGroupsThem) {
    auto geometry = two_squares();
    std::string text;
    append_geojson_geometry(text, geometry, std::nullopt);
    EXPECT_EQ(
        text,
        R"({"type":"MultiPolygon","coordinates":[[[[0,0],[1,1],[0,1],[0,0]]],[[[10,0],[11,1],[10,1],[10,0]]]]})");
    geometry.parts[1].is_hole = true;
    text.clear();
    append_geojson_geometry(text, geometry, std::nullopt);
    EXPECT_EQ(
        text,
        R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[0,1],[0,0]],[[10,0],[11,1],[10,1],[10,0]]]})");
    text.clear();
    append_esri_geometry(text, geometry, 0);
    EXPECT_EQ(text, R"({"rings":[[[0,0],[0,1],[1,1],[0,0]],[[10,0],[10,1],[11,1],[10,0]]]})");
}

TEST(FeatureJson, WritesPointsAndLines) {
    Geometry line;
    line.type = GeometryType::polyline;
    line.begin_part();
    line.xy = {0.5, 1, 2, 3};
    std::string text;
    append_geojson_geometry(text, line, std::nullopt);
    append_esri_geometry(text, line, std::nullopt);
    EXPECT_EQ(text,
              R"({"type":"LineString","coordinates":[[0.5,1],[2,3]]}{"paths":[[[0.5,1],[2,3]]]})");

    Geometry point;
    point.type = GeometryType::point;
    point.xy = {1, 2};
    text.clear();
    append_geojson_geometry(text, point, std::nullopt);
    append_esri_geometry(text, point, std::nullopt);
    EXPECT_EQ(text, R"({"type":"Point","coordinates":[1,2]}{"x":1,"y":2})");
}

TEST(FeatureJson, WritesAFeatureWithoutGeometryInBothForms) {
    LayerSchema schema;
    schema.geometry_type = GeometryType::point;
    schema.fields = {{"OBJECTID", FieldType::oid, "", 0, false},
                     {"na\"me", FieldType::string, "", 10, true}};
    Feature feature;
    feature.id = 3;
    feature.values = {std::int64_t{3}, Value{}};
    for (const bool is_geojson : {false, true}) {
        FeatureJson json{schema, {is_geojson, {0, 1}, true, std::nullopt, Crs{4326, {}}}};
        json.begin();
        json.add(feature);
        json.end(true);
        const auto* wanted =
            is_geojson
                ? R"("features":[{"type":"Feature","id":3,"geometry":null,"properties":{"OBJECTID":3,"na\"me":null}}])"
                : R"("features":[{"attributes":{"OBJECTID":3,"na\"me":null}}],"exceededTransferLimit":true})";
        EXPECT_NE(json.text().find(wanted), std::string::npos) << json.text();
    }
}

}  // namespace
}  // namespace rhumb::gis
