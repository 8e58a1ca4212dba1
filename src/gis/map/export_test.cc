#include "gis/map/export.h"

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gis/map/testing.h"
#include "net/testing.h"

namespace rhumb::gis::map {
namespace {

using testing::box_ring;
using testing::decode_png;
using Parameters = std::map<std::string, std::string, std::less<>>;

constexpr Color red{255, 0, 0, 255};

class Export : public ::testing::Test {
protected:
    Result<http::Response> answer(const Parameters& parameters) {
        FindParameter find = [parameters](std::string_view name) -> std::string {
            const auto found = parameters.find(name);
            return found == parameters.end() ? std::string{} : found->second;
        };
        return net::run_to_end(export_map(map_, std::move(find),
                                          {pool_, pictures_, "https://gis.example.org/out", now_}));
    }

    static std::string body_of(const http::Response& response) {
        if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body))
            return **shared;
        return std::get<std::string>(response.body);
    }

    static std::shared_ptr<const MapDescription> one_square() {
        auto map = std::make_shared<MapDescription>();
        map->name = "Sample/<Square>";
        map->crs.epsg = Crs::web_mercator;
        map->layers.push_back(
            {.id = 0,
             .source = testing::layer_of(GeometryType::polygon,
                                         {testing::polygon({box_ring(20, 20, 80, 80)}),
                                          testing::polygon({box_ring(0, 0, 10, 10)})}),
             .style = {.fill = red, .outline = Color::none(), .outline_width = 0}});
        return map;
    }

    std::shared_ptr<const MapDescription> map_ = one_square();
    net::Pool pool_{1, 4};
    PictureStore pictures_;
    std::chrono::steady_clock::time_point now_ = std::chrono::steady_clock::now();
};

TEST_F(Export, AnswersAPictureForTheAsking) {
    const auto response = answer({{"bbox", "0,0,100,100"},
                                  {"size", "100,100"},
                                  {"f", "image"},
                                  {"format", "png32"},
                                  {"transparent", "true"}});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->headers.find("content-type"), "image/png");

    const Image image = decode_png(body_of(*response)).image;
    EXPECT_EQ(image.width, 100);
    EXPECT_EQ(image.at(50, 50), red);
    EXPECT_EQ(image.at(5, 95), red);
    EXPECT_FALSE(image.at(15, 50).is_visible());
}

TEST_F(Export, PaintsOnWhiteUnlessItShallBeTransparent) {
    const auto response = answer({{"bbox", "0,0,100,100"}, {"size", "100,100"}, {"f", "image"}});
    ASSERT_TRUE(response);
    EXPECT_EQ(decode_png(body_of(*response)).image.at(15, 50), Color::white());
}

TEST_F(Export, WritesJpeg) {
    const auto response = answer(
        {{"bbox", "0,0,100,100"}, {"f", "image"}, {"format", "jpg"}, {"transparent", "true"}});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->headers.find("content-type"), "image/jpeg");
    EXPECT_EQ(body_of(*response).substr(0, 3), "\xff\xd8\xff");
}

TEST_F(Export, DrawsOnlyWhatLayerDefsLetThrough) {
    const auto response = answer({{"bbox", "0,0,100,100"},
                                  {"size", "100,100"},
                                  {"f", "image"},
                                  {"layerDefs", R"({"0":"OBJECTID = 2"})"}});
    ASSERT_TRUE(response) << response.error().message;
    const Image image = decode_png(body_of(*response)).image;
    EXPECT_EQ(image.at(5, 95), red);
    EXPECT_EQ(image.at(50, 50), Color::white());
}

TEST_F(Export, TellsInJsonWhereThePictureIs) {
    const auto response = answer({{"bbox", "0,0,100,100"}, {"size", "200,100"}, {"f", "json"}});
    ASSERT_TRUE(response) << response.error().message;
    const auto told = nlohmann::json::parse(body_of(*response));
    EXPECT_EQ(told["width"], 200);
    EXPECT_EQ(told["extent"]["xmin"], -50);
    EXPECT_EQ(told["extent"]["xmax"], 150);
    EXPECT_EQ(told["extent"]["spatialReference"]["latestWkid"], 3857);
    EXPECT_NEAR(told["scale"].get<double>(), 96 * 39.37, 1e-6);

    const auto href = told["href"].get<std::string>();
    const std::string prefix = "https://gis.example.org/out/";
    ASSERT_EQ(href.substr(0, prefix.size()), prefix);
    EXPECT_EQ(href.find('?'), std::string::npos);
    const auto picture =
        output_response(pictures_, href.substr(prefix.size()), now_ + std::chrono::minutes{5});
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->headers.find("content-type"), "image/png");
    EXPECT_EQ(decode_png(body_of(*picture)).image.width, 200);
}

TEST_F(Export, AnswersHtmlUnlessToldOtherwise) {
    const auto response = answer({{"bbox", "0,0,100,100"}});
    ASSERT_TRUE(response);
    const std::string html = body_of(*response);
    EXPECT_NE(html.find("<img src=\"https://gis.example.org/out/"), std::string::npos);
    EXPECT_NE(html.find("Sample/&lt;Square&gt;"), std::string::npos);
}

TEST_F(Export, RefusesAnotherF) {
    const auto response = answer({{"bbox", "0,0,100,100"}, {"f", "kmz"}});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::invalid);
}

TEST_F(Export, SaysWhenAPictureIsGone) {
    const auto response = output_response(pictures_, "0123.png", now_);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::not_found);
}

TEST_F(Export, IsUnavailableWhenThePoolIsFull) {
    net::Pool full{1, 0};
    FindParameter find = [](std::string_view name) -> std::string {
        return name == "bbox" ? "0,0,1,1" : "";
    };
    const auto response =
        net::run_to_end(export_map(map_, find, {full, pictures_, "https://h", now_}));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace rhumb::gis::map
