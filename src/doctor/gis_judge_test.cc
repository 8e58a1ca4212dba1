#include "doctor/gis_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/gis_products.h"
#include "doctor/http_testing.h"

namespace rhumb::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = GisDocument::Kind;
using Role = GisLink::Role;

const GisContext context{.about = "https://gis.example.org",
                         .target = url_at("https://gis.example.org/")};

GisDocument document(Kind kind, std::vector<GisLink> links,
                     std::string_view url = "https://gis.example.org/geoserver/ows") {
    return {.kind = kind, .name = "WMS 1.3.0", .url = url_at(url), .links = std::move(links)};
}
GisDocument capabilities(std::string url, Role role = Role::operation) {
    return document(Kind::capabilities, {{role, "GetMap", std::move(url)}});
}
std::vector<std::string> judged(const GisDocument& document) {
    return ids_of(judge_document(document, context));
}

TEST(GisJudge, FindsNothingInAHealthyDocument) {
    for (const auto* url :
         {"https://gis.example.org/geoserver/ows?", "https://gis.example.org:443/wms",
          "https://tiles.example.com/{z}/{x}/{y}.png", "no url"})
        EXPECT_THAT(judged(capabilities(url)), IsEmpty()) << url;
    EXPECT_THAT(judged(document(Kind::api, {{Role::link, "x", "http://www.example.com/"}})),
                IsEmpty());
    EXPECT_THAT(judged(document(Kind::arcgis, {{Role::token, "tokenServicesUrl",
                                                "https://gis.example.org/arcgis/tokens/"}})),
                IsEmpty());
}

TEST(GisJudge, FindsAddressesInTheClearOfADocumentOverHttps) {
    const auto findings =
        judge_document(capabilities("http://gis.example.org/geoserver/ows?SERVICE=WMS&"), context);
    ASSERT_THAT(ids_of(findings), ElementsAre("gis.capabilities.clear"));
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_EQ(findings[0].about, "https://gis.example.org");
    EXPECT_THAT(findings[0].sentence, HasSubstr("http://gis.example.org/geoserver/ows,"));
    EXPECT_THAT(findings[0].remedy, HasSubstr("Proxy Base URL"));
    // Others' services in the clear are blocked just the same.
    EXPECT_THAT(judged(capabilities("http://tiles.example.com/{z}")),
                ElementsAre("gis.capabilities.clear"));
    EXPECT_THAT(judged(document(Kind::api, {{Role::link, "self", "http://gis.example.org/ogc"}})),
                ElementsAre("gis.api.clear"));
    EXPECT_THAT(judged(document(Kind::tiles, {{Role::operation, "tiles", "http://a.example/{z}"}})),
                ElementsAre("gis.tiles.clear"));
    EXPECT_THAT(judged(document(Kind::arcgis, {{Role::service, "owningSystemUrl",
                                                "http://gis.example.org/portal"}})),
                ElementsAre("gis.directory.clear"));
}

TEST(GisJudge, DoesNotHoldHttpAgainstADocumentThatCameByHttp) {
    const GisContext clear{.about = "http://gis.example.org",
                           .target = url_at("http://gis.example.org/")};
    const auto plain =
        document(Kind::capabilities, {{Role::operation, "GetMap", "http://gis.example.org/wms"}},
                 "http://gis.example.org/wms");
    EXPECT_THAT(judge_document(plain, clear), IsEmpty());
}

TEST(GisJudge, LeavesThePortOfHttpsToADocumentThatCameByHttp) {
    const GisContext clear{.about = "http://gis.example.org:8080",
                           .target = url_at("http://gis.example.org:8080/")};
    const auto judge = [&](const std::string& token_service) {
        return judge_document(
            document(Kind::arcgis, {{Role::token, "tokenServicesUrl", token_service}},
                     "http://gis.example.org:8080/arcgis/rest/info"),
            clear);
    };
    EXPECT_THAT(judge("https://gis.example.org:8443/arcgis/tokens/"), IsEmpty());
    EXPECT_THAT(ids_of(judge("https://gis:8443/arcgis/tokens/")),
                ElementsAre("gis.token.internal"));
}

TEST(GisJudge, FindsInternalAddressesAndSaysWhy) {
    for (const auto* url :
         {"http://10.0.0.5:8080/geoserver", "https://geoserver:8443/ows",
          "http://localhost:8080/geoserver", "https://gis.example.org:8443/geoserver",
          "http://gis.example.org:8080/geoserver"}) {
        const auto findings = judge_document(capabilities(url), context);
        ASSERT_THAT(ids_of(findings), ElementsAre("gis.capabilities.internal")) << url;
        EXPECT_THAT(findings[0].sentence, HasSubstr(", but "));
    }
    EXPECT_THAT(judged(document(Kind::arcgis, {{Role::token, "tokenServicesUrl",
                                                "https://gis:6443/arcgis/tokens/"}})),
                ElementsAre("gis.token.internal"));
}

TEST(GisJudge, TakesTheHostThatItWasAskedByForGood) {
    const GisContext here{.about = "https://localhost:8443",
                          .target = url_at("https://localhost:8443/")};
    for (const auto* url : {"https://localhost:8443/wms", "https://127.0.0.1:8443/wms"}) {
        auto own = capabilities(url);
        own.url = here.target;
        EXPECT_THAT(judge_document(own, here), IsEmpty()) << url;
    }
}

TEST(GisJudge, FindsTokensInTheClear) {
    const auto findings = judge_document(
        document(Kind::arcgis,
                 {{Role::token, "tokenServicesUrl", "http://gis.example.org/arcgis/tokens/"}},
                 "https://gis.example.org/arcgis/rest/info?f=json"),
        context);
    ASSERT_THAT(ids_of(findings), ElementsAre("gis.token.clear"));
    EXPECT_THAT(findings[0].remedy, HasSubstr("WebContextURL"));

    auto web = web_of(walked({heard("https://gis.example.org/arcgis/rest/services", 200)}));
    web.clear_tokens = heard("http://gis.example.org/arcgis/tokens/", 200);
    EXPECT_THAT(ids_of(judge_map_services(web, context)), ElementsAre("gis.token.clear"));
    for (const auto& refused :
         {heard("http://gis.example.org/arcgis/tokens/", 403),
          leading("http://gis.example.org/arcgis/tokens/", "https://x.example/")}) {
        web.clear_tokens = refused;
        EXPECT_THAT(judge_map_services(web, context), IsEmpty());
    }
}

TEST(GisJudge, SaysOnceWhatDocumentsOfOneServiceHaveInCommon) {
    auto web = web_of(walked({heard("https://gis.example.org/geoserver/web/", 200)}));
    web.documents = {capabilities("http://gis.example.org/geoserver/ows"),
                     capabilities("http://gis.example.org/geoserver/wfs")};
    web.documents[1].name = "WFS 2.0.0";
    const auto findings = judge_map_services(web, context);
    ASSERT_THAT(ids_of(findings), ElementsAre("gis.capabilities.clear"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("WMS 1.3.0, WFS 2.0.0"));
}

TEST(GisJudge, NamesTheSettingOfTheProduct) {
    struct Case {
        const char* product;
        const char* url;
        const char* remedy;
    };
    for (const auto& [product, url, remedy] :
         {Case{"MapServer", "https://a.example/wms", "ows_onlineresource"},
          Case{"", "https://a.example/cgi-bin/mapserv?map=x", "ows_onlineresource"},
          Case{"QGIS", "https://a.example/ows", "QGIS_SERVER_SERVICE_URL"},
          Case{"", "https://a.example/geoserver/ows", "Proxy Base URL"},
          Case{"", "https://a.example/service", "X-Forwarded-Proto"}}) {
        GisDocument one{.product = product, .url = url_at(url)};
        EXPECT_THAT(setting_of(product_of(one)), HasSubstr(remedy)) << url;
    }
    auto ours = context;
    ours.is_ours = true;
    const auto findings = judge_document(capabilities("http://gis.example.org/x"), ours);
    ASSERT_THAT(findings, Not(IsEmpty()));
    EXPECT_THAT(findings[0].remedy, HasSubstr("public_url"));
}

}  // namespace
}  // namespace rhumb::doctor
