#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "gis/map/export.h"
#include "gis/map/testing.h"

namespace rhumb::gis::map {
namespace {

using Parameters = std::map<std::string, std::string>;

FindParameter finder(const Parameters& parameters) {
    return [parameters](std::string_view name) -> std::string {
        for (const auto& [key, value] : parameters) {
            if (text::iequals(key, name)) return value;
        }
        return {};
    };
}

/// Layers 0 and 1 are visible by default, layer 5 is not.
MapDescription three_layers() {
    MapDescription map;
    map.crs.epsg = 4326;
    for (const int id : {0, 1, 5}) {
        map.layers.push_back({.id = id,
                              .source = testing::layer_of(GeometryType::polygon, {}, 4326),
                              .style = {},
                              .is_visible = id != 5});
    }
    return map;
}

Result<ExportRequest> parsed(Parameters parameters) {
    parameters.try_emplace("bbox", "-10,35,30,60");
    return parse_export(three_layers(), finder(parameters));
}

ExportRequest good(Parameters parameters) {
    auto request = parsed(std::move(parameters));
    EXPECT_TRUE(request) << request.error().message;
    return request ? *std::move(request) : ExportRequest{};
}

std::string fault(Parameters parameters) {
    const auto request = parsed(std::move(parameters));
    EXPECT_FALSE(request);
    if (request) return {};
    EXPECT_EQ(request.error().kind, ErrorKind::invalid);
    return request.error().message;
}

TEST(ExportParameters, HaveTheDefaultsOfGeoServices) {
    const ExportRequest request = good({});
    EXPECT_EQ(request.view.width, 400);
    EXPECT_EQ(request.view.height, 400);
    EXPECT_EQ(request.view.dpi, 96);
    EXPECT_EQ(request.view.crs.epsg, 4326);
    EXPECT_EQ(request.view.extent, (Envelope{-10, 27.5, 30, 67.5}));
    EXPECT_EQ(request.format, ImageFormat::png);
    EXPECT_FALSE(request.is_transparent);
    EXPECT_EQ(request.layers, (std::vector<std::size_t>{0, 1}));
}

TEST(ExportParameters, AreUnderstoodAsTheJavaScriptApiSendsThem) {
    const ExportRequest request = good({{"bbox", "-10,35,30,60"},
                                        {"bboxSR", "4326"},
                                        {"imageSR", "4326"},
                                        {"size", "512,512"},
                                        {"dpi", "96"},
                                        {"format", "png32"},
                                        {"transparent", "true"},
                                        {"layers", "show:0"},
                                        {"f", "image"}});
    EXPECT_EQ(request.view.width, 512);
    EXPECT_EQ(request.format, ImageFormat::png32);
    EXPECT_TRUE(request.is_transparent);
    EXPECT_EQ(request.layers, std::vector<std::size_t>{0});
}

TEST(ExportParameters, AreUnderstoodAsOpenLayersSendsThem) {
    const ExportRequest request = good({{"F", "image"},
                                        {"FORMAT", "PNG32"},
                                        {"TRANSPARENT", "true"},
                                        {"SIZE", "1024.5,767.6"},
                                        {"DPI", "90"},
                                        {"BBOX", "-1113194.9,4163881.1,3339584.7,8399737.9"},
                                        {"BBOXSR", "3857"},
                                        {"IMAGESR", "102100"},
                                        {"bbox", ""}});
    EXPECT_EQ(request.view.width, 1025);
    EXPECT_EQ(request.view.height, 768);
    EXPECT_EQ(request.view.crs.epsg, 3857);
    EXPECT_EQ(request.format, ImageFormat::png32);
}

TEST(ExportParameters, TakeTheBoxFromOneReferenceToAnother) {
    const ExportRequest request = good(
        {{"bbox",
          R"({"xmin":-180,"ymin":-66.51326,"xmax":180,"ymax":66.51326,"spatialReference":{"wkid":4326}})"},
         {"imageSR", R"({"wkid":102100})"},
         {"size", "400,200"}});
    EXPECT_NEAR(request.view.extent.xmax, 20037508.34, 1);
    EXPECT_NEAR(request.view.extent.ymax, 10018754, 2);
}

TEST(ExportParameters, PutTheMapAtAScale) {
    const ExportRequest request = good(
        {{"bbox", "10,50,10,50"}, {"bboxSR", "4326"}, {"imageSR", "3857"}, {"mapScale", "25000"}});
    const auto traits = traits_of(request.view.crs);
    ASSERT_TRUE(traits);
    EXPECT_NEAR(request.view.scale(*traits), 25000, 1e-3);
}

TEST(ExportParameters, ChooseLayersInEveryWay) {
    struct Case {
        const char* layers;
        std::vector<std::size_t> drawn;
    };
    for (const auto& c : {Case{"show:1,5", {1, 2}}, Case{"show:-1", {}}, Case{"show:", {}},
                          Case{"SHOW: 5", {2}}, Case{"5,0", {0, 2}}, Case{"hide:0", {1, 2}},
                          Case{"include:5", {0, 1, 2}}, Case{"exclude:1", {0}},
                          Case{"hide:", {0, 1, 2}}, Case{"", {0, 1}}, Case{"show:77", {}}}) {
        EXPECT_EQ(good({{"layers", c.layers}}).layers, c.drawn) << c.layers;
    }
    EXPECT_NE(fault({{"layers", "all:0"}}).find("show:"), std::string::npos);
    EXPECT_NE(fault({{"layers", "show:a"}}).find("«a»"), std::string::npos);
}

TEST(ExportParameters, ReadConditionsInBothForms) {
    for (const char* written :
         {R"({"0":"OBJECTID > 1","5":"","77":"nonsense of a layer that is not there"})",
          "0:OBJECTID > 1;77:x", " 0 : OBJECTID > 1 ; "}) {
        const ExportRequest request = good({{"layerDefs", written}});
        EXPECT_EQ(request.where.size(), 1U) << written;
        EXPECT_TRUE(request.where.contains(0));
    }
    EXPECT_EQ(good({{"layerDefs", "0:OBJECTID > 1;1:OBJECTID < 9"}}).where.size(), 2U);
}

TEST(ExportParameters, AreRefusedByNameWhenTheyAreWrong) {
    struct Case {
        const char* name;
        const char* value;
    };
    for (const auto& c : {Case{"bbox", ""},
                          Case{"bbox", "1,2,3"},
                          Case{"bbox", "NaN,NaN,NaN,NaN"},
                          Case{"bbox", "5,5,5,5"},
                          Case{"bbox", "0,0,1e308,1"},
                          Case{"bbox", "-1e308,-1e308,1e308,1e308"},
                          Case{"bbox", "1e15,0,1.000000000000001e15,1"},
                          Case{"bboxSR", "no"},
                          Case{"imageSR", "{}"},
                          Case{"size", "512"},
                          Case{"size", "0,512"},
                          Case{"size", "-1,-1"},
                          Case{"size", "NaN,NaN"},
                          Case{"size", "a,b"},
                          Case{"size", "4097,100"},
                          Case{"size", "1e300,1"},
                          Case{"dpi", "0"},
                          Case{"dpi", "NaN"},
                          Case{"dpi", "1e9"},
                          Case{"format", "bmp"},
                          Case{"format", "nonsense"},
                          Case{"transparent", "perhaps"},
                          Case{"layerDefs", "{"},
                          Case{"layerDefs", "OBJECTID > 1"},
                          Case{"layerDefs", R"({"0":5})"},
                          Case{"layerDefs", R"({"0":"OBJECTID >"})"},
                          Case{"layerDefs", R"({"0":"secret = 1"})"},
                          Case{"mapScale", "-5"},
                          Case{"rotation", "30"}}) {
        EXPECT_NE(fault({{c.name, c.value}}).find(c.name), std::string::npos)
            << c.name << '=' << c.value;
    }
}

TEST(ExportParameters, RefuseReferencesThatPROJDoesNotKnow) {
    EXPECT_FALSE(fault({{"imageSR", "999999"}}).empty());
}

}  // namespace
}  // namespace rhumb::gis::map
