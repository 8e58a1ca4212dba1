#include "gis/rest/handler.h"

#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gis/rest/testing.h"

namespace rhumb::gis::rest {
namespace {

using nlohmann::json;
using testing::Answer;

const std::filesystem::path data = RHUMB_SAMPLE_DATA;
const std::string layer = "/arcgis/rest/services/Countries/FeatureServer/0";

class Services : public ::testing::Test {
protected:
    json get(const std::string& target) {
        const auto answer = directory_.get(target);
        EXPECT_EQ(answer.status, 200) << target << "\n" << answer.body;
        auto parsed = json::parse(answer.body, nullptr, false);
        EXPECT_FALSE(parsed.is_discarded()) << answer.body.substr(0, 500);
        return parsed;
    }
    json query(const std::string& parameters) { return get(layer + "/query?f=json&" + parameters); }

    testing::Directory directory_{testing::sample_services(data)};
};

TEST_F(Services, AnswerTheSameByGetAndPost) {
    const auto got =
        directory_.get(layer + "/query?f=json&where=name%20=%20'France'&outFields=name");
    const auto posted =
        directory_.post(layer + "/query", "WHERE=name+%3D+%27France%27&F=json&OutFields=NAME");
    const auto multipart = directory_.post(
        layer + "/query/",
        "--b\r\nContent-Disposition: form-data; name=\"where\"\r\n\r\nname = 'France'\r\n--b\r\nContent-Disposition: "
        "form-data; name=\"f\"\r\n\r\njson\r\n--b\r\nContent-Disposition: form-data; name=\"outFields\"\r\n\r\nname\r\n--b--\r\n",
        "multipart/form-data; boundary=b");
    EXPECT_EQ(json::parse(got.body)["features"].size(), 1U);
    EXPECT_EQ(got.body, posted.body);
    EXPECT_EQ(got.body, multipart.body);
}

TEST_F(Services, LetOtherOriginsAsk) {
    const auto answer = directory_.get("/arcgis/rest/services?f=json");
    EXPECT_EQ(answer.headers.find("access-control-allow-origin"), "*");
    const auto preflight = directory_.ask("OPTIONS", layer + "/query", {}, "");
    EXPECT_EQ(preflight.status, 204);
    EXPECT_EQ(preflight.headers.find("access-control-allow-origin"), "*");
    EXPECT_TRUE(preflight.headers.has("access-control-allow-headers"));
    EXPECT_EQ(directory_.ask("DELETE", layer, {}, "").status, 405);
}

TEST_F(Services, PageThroughALayerWithoutLossOrRepetition) {
    std::set<int> seen;
    bool is_cut = true;
    for (int offset = 0; is_cut; offset += 50) {
        const auto page =
            query("where=1%3D1&returnGeometry=false&resultRecordCount=50&resultOffset=" +
                  std::to_string(offset));
        for (const auto& feature : page["features"])
            EXPECT_TRUE(seen.insert(feature["attributes"]["OBJECTID"].get<int>()).second);
        is_cut = page.value("exceededTransferLimit", false);
        ASSERT_LE(offset, 500);
    }
    EXPECT_EQ(seen.size(), 241U);
    EXPECT_EQ(query("where=1=1&returnCountOnly=true")["count"], 241);
    EXPECT_EQ(query("where=1=1&returnIdsOnly=true")["objectIds"].size(), 241U);
}

TEST_F(Services, CutAnAnswerAtTheServicesLimit) {
    const auto page = get(
        "/arcgis/rest/services/hydrography/rivers/mapserver/0/query?f=json&where=1=1&returnGeometry=false&resultRecordCount=5000");
    EXPECT_EQ(page["features"].size(), 100U);
    EXPECT_TRUE(page["exceededTransferLimit"].get<bool>());
}

TEST_F(Services, FindWhatIsAtAPlaceInTheReferenceThatTheClientUses) {
    // Berlin, in degrees, in metres, and as an envelope beyond the world's edge.
    for (
        const auto* where :
        {"geometry=13.4,52.5&geometryType=esriGeometryPoint&inSR=4326",
         R"(geometry={"x":1491681,"y":6891041,"spatialReference":{"wkid":"102100"}}&geometryType=esriGeometryPoint)",
         "geometry=13.39,52.49,13.41,52.51&spatialRel=esriSpatialRelIntersects"}) {
        const auto found = query(std::string{where} + "&outFields=name&returnGeometry=false");
        ASSERT_EQ(found["features"].size(), 1U) << where;
        EXPECT_EQ(found["features"][0]["attributes"]["name"], "Germany");
    }
    EXPECT_EQ(query("geometry=-400,-100,400,100&returnCountOnly=true")["count"], 241);
}

TEST_F(Services, WriteCoordinatesAsTheClientWantsThem) {
    const auto mercator = query("where=name='Iceland'&outSR=102100&geometryPrecision=0");
    EXPECT_EQ(mercator["spatialReference"]["wkid"], 102100);
    const auto& pair = mercator["features"][0]["geometry"]["rings"][0][0];
    EXPECT_LT(pair[0].get<double>(), -1'000'000);
    EXPECT_TRUE(pair[0].is_number_integer());

    const auto simple = query("where=name='Iceland'&maxAllowableOffset=0.5");
    const auto whole = query("where=name='Iceland'");
    EXPECT_LT(simple["features"][0]["geometry"]["rings"][0].size(),
              whole["features"][0]["geometry"]["rings"][0].size());
}

TEST_F(Services, GiveExtentAndCountTogether) {
    const auto answer =
        query("where=name='Iceland'&returnExtentOnly=true&returnCountOnly=true&outSR=4326");
    EXPECT_EQ(answer["count"], 1);
    EXPECT_NEAR(answer["extent"]["xmin"].get<double>(), -24.5, 0.5);
    EXPECT_EQ(answer["extent"]["spatialReference"]["wkid"], 4326);
    const auto geojson = get(layer + "/query?f=geojson&where=name='Iceland'&returnExtentOnly=true");
    EXPECT_EQ(geojson["bbox"].size(), 4U);
    EXPECT_EQ(query("where=1=0&returnExtentOnly=true")["count"], 0);
}

TEST_F(Services, WriteGeoJsonThatRunsTheOtherWayRound) {
    const auto collection = get(layer + "/query?f=geojson&where=name='Iceland'");
    EXPECT_EQ(collection["type"], "FeatureCollection");
    const auto& feature = collection["features"][0];
    EXPECT_TRUE(feature["id"].is_number_integer());
    const auto& coordinates = feature["geometry"]["coordinates"];
    std::vector<double> ring;
    for (const auto& pair :
         feature["geometry"]["type"] == "Polygon" ? coordinates[0] : coordinates[0][0]) {
        ring.push_back(pair[0]);
        ring.push_back(pair[1]);
    }
    EXPECT_GT(twice_signed_area(ring), 0);
}

TEST_F(Services, RefuseInTheFormThatTheClientReads) {
    const auto bad = query("where=nme%3D1");
    EXPECT_EQ(bad["error"]["code"], 400);
    EXPECT_TRUE(bad["error"]["details"].is_array());
    EXPECT_EQ(query("")["error"]["code"], 400);
    EXPECT_EQ(get("/arcgis/rest/services/None/MapServer?f=json")["error"]["code"], 404);
    EXPECT_EQ(get("/arcgis/rest/services/Countries/MapServer/9?f=json")["error"]["code"], 404);
    EXPECT_EQ(get("/arcgis/rest/services/Countries/MapServer/fly?f=json")["error"]["code"], 400);
    EXPECT_EQ(
        get("/arcgis/rest/services/Countries/FeatureServer/0/applyEdits?f=json")["error"]["code"],
        400);
    EXPECT_EQ(get("/arcgis/rest/services/Nowhere?f=json")["error"]["code"], 404);
    EXPECT_EQ(query("where=1=1&outStatistics=[{}]")["error"]["code"], 400);
    const auto page = directory_.get("/arcgis/rest/services/None/MapServer");
    EXPECT_EQ(page.status, 404);
    EXPECT_EQ(page.type(), "text/html; charset=utf-8");
}

TEST_F(Services, CallBackOnlyByASafeName) {
    const auto called =
        directory_.get("/arcgis/rest/services?f=json&callback=window._EsriLeafletCallbacks.c0");
    EXPECT_EQ(called.type(), "application/javascript; charset=utf-8");
    EXPECT_TRUE(called.body.starts_with("/**/window._EsriLeafletCallbacks.c0({"));
    const auto refused = directory_.get("/arcgis/rest/services?f=json&callback=alert(1)//");
    EXPECT_EQ(json::parse(refused.body)["error"]["code"], 400);
}

TEST_F(Services, ShowPagesWithRelativeLinksAndNoScript) {
    for (
        const auto* target :
        {"/arcgis/rest", "/arcgis/rest/services", "/arcgis/rest/services/Hydrography/",
         "/arcgis/rest/services/Countries/MapServer",
         "/arcgis/rest/services/Countries/FeatureServer/0",
         "/arcgis/rest/services/Countries/FeatureServer/0/query",
         "/arcgis/rest/services/Countries/FeatureServer/0/query?where=name+like+'A%25'&outFields=*",
         "/arcgis/rest/info"}) {
        const auto page = directory_.get(target);
        EXPECT_EQ(page.status, 200) << target;
        EXPECT_EQ(page.type(), "text/html; charset=utf-8") << target;
        EXPECT_TRUE(page.headers.has("content-security-policy"));
        EXPECT_EQ(page.body.find("<script"), std::string::npos);
        EXPECT_EQ(page.body.find("http://"), std::string::npos) << target;
        EXPECT_EQ(page.body.find("https://"), std::string::npos) << target;
        EXPECT_EQ(page.body.find("href=\"/"), std::string::npos) << target;
    }
    EXPECT_EQ(directory_.get("/arcgis/rest/directory.css").type(), "text/css; charset=utf-8");
}

TEST_F(Services, EscapeWhatAClientWroteIntoAPage) {
    const auto page = directory_.get(layer + "/query?where=%3Cscript%3Ealert(1)%3C/script%3E");
    EXPECT_EQ(page.body.find("<script>"), std::string::npos);
    EXPECT_EQ(directory_.get("/arcgis/rest/services/%3Cb%3E?f=html").body.find("<b>"),
              std::string::npos);
}

TEST_F(Services, DrawAPictureAndTellWhereItIs) {
    const auto picture = directory_.get(
        "/arcgis/rest/services/Countries/MapServer/export?bbox=-10,35,30,60&size=64,64&f=image&format=png");
    EXPECT_EQ(picture.type(), "image/png");
    EXPECT_TRUE(picture.body.starts_with("\x89PNG"));
    const auto told =
        get("/arcgis/rest/services/Countries/MapServer/export?BBOX=-10,35,30,60&SIZE=64,64&F=json");
    const auto href = told["href"].get<std::string>();
    EXPECT_TRUE(href.starts_with("https://gis.test/arcgis/rest/directories/arcgisoutput/"));
    EXPECT_EQ(directory_.get(href.substr(std::string{"https://gis.test"}.size())).type(),
              "image/png");
    EXPECT_EQ(get("/arcgis/rest/services/Countries/MapServer/legend?f=json")["layers"].size(), 1U);
}

TEST_F(Services, AreReplacedWhileTheyAnswer) {
    auto services = testing::sample_services(data);
    std::atomic<bool> is_over = false;
    std::thread replacer{[&] {
        const auto log = observe::Log::to_nowhere();
        for (int i = 0; i < 10; ++i) {
            services[0].title = "Edition " + std::to_string(i);
            directory_.catalogue().replace(Catalogue::build(
                services, log, i % 2 == 0 ? directory_.catalogue().get().get() : nullptr));
        }
        is_over = true;
    }};
    while (!is_over)
        EXPECT_EQ(query("where=name='France'&returnGeometry=false")["features"].size(), 1U);
    replacer.join();
}

TEST(BrokenService, LeavesTheOthersAloneAndTellsNoPath) {
    auto services = testing::sample_services(data);
    services.push_back({.name = "Lost",
                        .source = "/nowhere/at/all.gpkg",
                        .title = "",
                        .description = "",
                        .attribution = ""});
    services.push_back({.name = "Asleep",
                        .source = data / "rivers.gpkg",
                        .title = "",
                        .description = "",
                        .attribution = "",
                        .is_started = false});
    testing::Directory directory{services};

    EXPECT_EQ(directory.catalogue().get()->find("lost")->state, ServiceState::broken);
    EXPECT_NE(directory.catalogue().get()->find("lost")->problem.find("/nowhere/at/all.gpkg"),
              std::string::npos);
    const auto lost = directory.get("/arcgis/rest/services/Lost/MapServer?f=json");
    EXPECT_EQ(json::parse(lost.body)["error"]["code"], 503);
    EXPECT_EQ(lost.body.find("nowhere"), std::string::npos);
    EXPECT_EQ(
        json::parse(
            directory.get("/arcgis/rest/services/Asleep/MapServer?f=json").body)["error"]["code"],
        404);
    EXPECT_EQ(directory.get("/arcgis/rest/services?f=json").body.find("Asleep"), std::string::npos);
    EXPECT_EQ(
        json::parse(
            directory.get("/arcgis/rest/services/Countries/MapServer?f=json").body)["mapName"],
        "Countries of the world");
}

TEST(FullPool, SaysToComeAgain) {
    testing::Directory directory{testing::sample_services(data), 0};
    const auto answer = directory.get(layer + "/query?f=json&where=1=1");
    EXPECT_EQ(answer.status, 503);
    EXPECT_TRUE(answer.headers.has("retry-after"));
    EXPECT_EQ(json::parse(answer.body)["error"]["code"], 503);
}

}  // namespace
}  // namespace rhumb::gis::rest
