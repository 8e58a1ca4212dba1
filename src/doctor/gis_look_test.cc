#include "doctor/gis_look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/http_testing.h"

namespace rhumb::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string origin = "https://gis.example.org";

std::vector<std::string> asked(const Web& web) {
    std::vector<std::string> targets;
    for (const auto& question : gis_questions(web)) {
        EXPECT_EQ(question.url.origin(), web.main.steps.back().url.origin());
        targets.push_back(question.url.target());
    }
    return targets;
}
std::vector<std::string> asked_of(std::string_view target) {
    return asked(web_of(walked({heard(origin + std::string{target}, 200)})));
}
std::vector<std::string> asked_by(std::string html) {
    return asked(web_of(walked({page_at(origin + "/", std::move(html))})));
}

TEST(GisLook, GuessesNothing) {
    EXPECT_THAT(asked_of("/"), IsEmpty());
    EXPECT_THAT(asked_by("<a href=/about>About</a><a href='https://b.example/geoserver/'>b</a>"
                         "<a href='https://gis.example.org:8443/geoserver/'>c</a>"
                         "<a href='http://gis.example.org/arcgis/rest/services'>d</a>"),
                IsEmpty());
    EXPECT_THAT(
        asked(web_of(walked({failed(origin + "/wms", fetch::Fault::time)}, Walk::End::failed))),
        IsEmpty());
}

TEST(GisLook, AsksTheGivenUrlForItsCapabilities) {
    EXPECT_THAT(asked_of("/wms"), ElementsAre("/wms?SERVICE=WMS&REQUEST=GetCapabilities"));
    EXPECT_THAT(asked_of("/a/WFS?x=1"), ElementsAre("/a/WFS?SERVICE=WFS&REQUEST=GetCapabilities"));
    EXPECT_THAT(asked_of("/cgi-bin/mapserv?map=/a.map&service=WFS&request=GetFeature&typename=b"),
                ElementsAre("/cgi-bin/mapserv?map=/a.map&SERVICE=WFS&REQUEST=GetCapabilities"));
    EXPECT_THAT(asked_of("/search?service=1234&request=x"), IsEmpty());
}

TEST(GisLook, AsksAnArcgisServerForItsOwnFacts) {
    EXPECT_THAT(asked_of("/arcgis/rest/services/Rivers/MapServer"),
                ElementsAre("/arcgis/rest/info?f=json", "/arcgis/rest/services?f=json"));
    EXPECT_THAT(asked_by("<a href='/arcgis/rest/services'>services</a>"),
                ElementsAre("/arcgis/rest/info?f=json", "/arcgis/rest/services?f=json"));
}

TEST(GisLook, AsksAGeoserverOnceForEachService) {
    const auto both = ElementsAre("/geoserver/ows?SERVICE=WMS&REQUEST=GetCapabilities",
                                  "/geoserver/ows?SERVICE=WFS&REQUEST=GetCapabilities");
    EXPECT_THAT(asked_of("/geoserver/web/?0"), both);
    EXPECT_THAT(asked_by("<a href=/geoserver/web/>a</a><a href=/geoserver/topp/wms>b</a>"), both);
    const auto redirected = walked(
        {leading(origin + "/", "/geoserver/web/", 302), heard(origin + "/geoserver/web/", 200)});
    EXPECT_THAT(asked(web_of(redirected)), both);
}

TEST(GisLook, AsksAnApiForItsLandingPageAsJson) {
    const auto questions =
        gis_questions(web_of(walked({page_at(origin + "/", "<a href=/api/collections>c</a>")})));
    ASSERT_THAT(questions, SizeIs(1));
    EXPECT_EQ(questions[0].url.target(), "/api/");
    EXPECT_TRUE(questions[0].wants_json);
}

TEST(GisLook, AsksNoMoreThanAHandful) {
    std::string html;
    for (int i = 0; i < 50; ++i) html += fmt::format("<a href=/{}/wms>x</a>", i);
    EXPECT_THAT(asked_by(html), SizeIs(gis_questions_max));
}

TEST(GisLook, KnowsWhereTokensAre) {
    EXPECT_EQ(tokens_path({}), "");
    EXPECT_EQ(tokens_path({{.links = {{GisLink::Role::token, "tokenServicesUrl",
                                       "https://gis.example.org/arcgis/tokens/"}}}}),
              "/arcgis/tokens/");
}

}  // namespace
}  // namespace rhumb::doctor
