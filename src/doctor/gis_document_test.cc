#include "doctor/gis_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Role = GisLink::Role;
using Kind = GisDocument::Kind;

constexpr std::string_view wms = R"(<?xml version="1.0" encoding="UTF-8"?>
<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms" xmlns:xlink="http://www.w3.org/1999/xlink">
  <Service><Name>WMS</Name><Title>GeoServer Web Map Service</Title>
    <OnlineResource xlink:href="http://www.example.com/"/></Service>
  <Capability><Request><GetMap><Format>image/png</Format><DCPType><HTTP>
    <Get><OnlineResource xlink:type="simple" xlink:href="http://gis.example.org/geoserver/ows?SERVICE=WMS&amp;x=1"/></Get>
    </HTTP></DCPType></GetMap></Request>
    <Layer><Name>rivers</Name><MetadataURL><OnlineResource xlink:href="http://data.example.com/1"/></MetadataURL>
      <Style><LegendURL><OnlineResource xlink:href="http://gis.example.org/legend"/></LegendURL></Style>
    </Layer></Capability></WMS_Capabilities>)";

TEST(Capabilities, OfAWmsNameItsOperationsAndLegends) {
    const auto document = read_capabilities(wms);
    ASSERT_TRUE(document);
    EXPECT_EQ(document->kind, Kind::capabilities);
    EXPECT_EQ(document->name, "WMS 1.3.0");
    EXPECT_EQ(document->product, "GeoServer");
    EXPECT_FALSE(document->is_cut);
    EXPECT_THAT(document->links,
                ElementsAre(GisLink{Role::operation, "GetMap",
                                    "http://gis.example.org/geoserver/ows?SERVICE=WMS&x=1"},
                            GisLink{Role::legend, "legend", "http://gis.example.org/legend"}));
}

TEST(Capabilities, OfAWms111HaveADocumentTypeThatIsPassedOver) {
    const auto document = read_capabilities(
        "<?xml version='1.0'?><!DOCTYPE WMT_MS_Capabilities SYSTEM \"http://a.example/x.dtd\" [ "
        "<!ELEMENT VendorSpecificCapabilities EMPTY> <!ENTITY a \"http://evil.example/\"> ] >"
        "<WMT_MS_Capabilities version='1.1.1'><Capability><Request><GetMap><DCPType><HTTP><Get>"
        "<OnlineResource xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='http://b.example/&a;'/>"
        "</Get></HTTP></DCPType></GetMap></Request></Capability></WMT_MS_Capabilities>");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->name, "WMS 1.1.1");
    for (const auto& link : document->links) EXPECT_EQ(link.url.find("evil"), std::string::npos);
}

TEST(Capabilities, DoNotGrowByEntities) {
    std::string bomb = "<!DOCTYPE WMS_Capabilities [<!ENTITY a0 \"aaaaaaaaaa\">";
    for (int i = 1; i < 30; ++i)
        bomb += fmt::format("<!ENTITY a{} \"&a{};&a{};\">", i, i - 1, i - 1);
    bomb += "]><WMS_Capabilities><Service><Title>&a29;</Title></Service></WMS_Capabilities>";
    const auto document = read_capabilities(bomb);
    if (document) {
        EXPECT_THAT(document->links, IsEmpty());
    }
    EXPECT_FALSE(
        read_capabilities("<!DOCTYPE a [<!ELEMENT a EMPTY>]><!DOCTYPE b><WMS_Capabilities/>"));
}

TEST(Capabilities, OfOwsServicesNameTheirOperations) {
    const auto document = read_capabilities(R"(<!-- made by MapServer version 8 -->
<wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1"
  xmlns:xlink="http://www.w3.org/1999/xlink"><ows:ServiceProvider><ows:ProviderSite xlink:href="http://www.example.com/"/>
  </ows:ServiceProvider><ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:DCP><ows:HTTP>
  <ows:Get xlink:href="http://gis.example.org/wfs?"/><ows:Post xlink:href="https://gis.example.org/wfs"/>
  </ows:HTTP></ows:DCP></ows:Operation></ows:OperationsMetadata></wfs:WFS_Capabilities>)");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->name, "WFS 2.0.0");
    EXPECT_EQ(document->product, "MapServer");
    EXPECT_THAT(document->links,
                ElementsAre(GisLink{Role::operation, "GetFeature", "http://gis.example.org/wfs?"},
                            GisLink{Role::operation, "GetFeature", "https://gis.example.org/wfs"}));
}

TEST(Capabilities, OfAWmtsNamePatternsOfTiles) {
    const auto document = read_capabilities(
        R"(<Capabilities xmlns="http://www.opengis.net/wmts/1.0" version="1.0.0" xmlns:x="http://www.w3.org/1999/xlink">
<Contents><Layer><ResourceURL format="image/png" resourceType="tile" template="http://gis.example.org/{TileMatrix}/{TileCol}"/>
</Layer></Contents><ServiceMetadataURL x:href="http://gis.example.org/wmts.xml"/></Capabilities>)");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->name, "WMTS 1.0.0");
    EXPECT_THAT(
        document->links,
        ElementsAre(
            GisLink{Role::operation, "tiles", "http://gis.example.org/{TileMatrix}/{TileCol}"},
            GisLink{Role::operation, "GetCapabilities", "http://gis.example.org/wmts.xml"}));
}

TEST(Capabilities, OfAnOldWfsNameTheirOperationsInAnAttribute) {
    const auto document = read_capabilities(
        "<WFS_Capabilities version='1.0.0' xmlns='http://www.opengis.net/wfs'><Capability><Request>"
        "<GetFeature><DCPType><HTTP><Get onlineResource='http://gis.example.org/wfs?'/></HTTP></DCPType>"
        "</GetFeature></Request></Capability></WFS_Capabilities>");
    ASSERT_TRUE(document);
    EXPECT_THAT(document->links,
                ElementsAre(GisLink{Role::operation, "GetFeature", "http://gis.example.org/wfs?"}));
}

TEST(Capabilities, AreNothingElse) {
    for (const auto* xml : {"", "<", "<html/>", "<Capabilities/>", "<ows:ExceptionReport/>",
                            "<Capabilities xmlns='http://www.example.com/'/>", "no XML at all"})
        EXPECT_FALSE(read_capabilities(xml)) << xml;
}

TEST(Capabilities, AreReadAsFarAsTheyGo) {
    const auto cut = read_capabilities(wms.substr(0, wms.find("<Layer>")));
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->links.size(), 1U);
    std::string wide = "<WMS_Capabilities><Layer";
    for (int i = 0; i < 10'000; ++i) wide += fmt::format(" a{}=''", i);
    const auto bounded = read_capabilities(wide + "/></WMS_Capabilities>");
    ASSERT_TRUE(bounded);
    EXPECT_TRUE(bounded->is_cut);
    std::string deep = "<WMS_Capabilities>";
    for (int i = 0; i < 1'000; ++i) deep += "<Layer>";
    EXPECT_TRUE(read_capabilities(deep)->is_cut);
}

TEST(GisJson, OfAnArcgisServerNamesItsTokens) {
    const auto document = read_gis_json(
        R"({"currentVersion":10.91,"soapUrl":"http://a.example/arcgis/services","owningSystemUrl":"https://p.example/portal",
"authInfo":{"isTokenBasedSecurity":true,"tokenServicesUrl":"http:\/\/gis:6080\/arcgis\/tokens\/"}})");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->kind, Kind::arcgis);
    EXPECT_THAT(
        document->links,
        ElementsAre(GisLink{Role::service, "owningSystemUrl", "https://p.example/portal"},
                    GisLink{Role::token, "tokenServicesUrl", "http://gis:6080/arcgis/tokens/"}));
}

TEST(GisJson, OfAnOgcApiNamesItsLinks) {
    const auto document = read_gis_json(
        R"({"title":"x","links":[{"rel":"self","href":"http://gis.example.org/ogc/"},{"href":"http://a.example/l","rel":"license"},
{"rel":"data","href":"collections"}],"collections":[{"links":[{"href":"http://gis.example.org/ogc/collections/a","rel":"items"}]}]})");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->kind, Kind::api);
    EXPECT_THAT(
        document->links,
        ElementsAre(GisLink{Role::link, "self", "http://gis.example.org/ogc/"},
                    GisLink{Role::link, "items", "http://gis.example.org/ogc/collections/a"}));
}

TEST(GisJson, OfTilesNamesTheirPatterns) {
    const auto document = read_gis_json(
        R"({"tilejson":"3.0.0","name":"x","tiles":["http://gis.example.org/{z}/{x}/{y}.pbf"]})");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->kind, Kind::tiles);
    EXPECT_THAT(document->links, ElementsAre(GisLink{Role::operation, "tiles",
                                                     "http://gis.example.org/{z}/{x}/{y}.pbf"}));
}

TEST(GisJson, IsNothingElse) {
    for (const auto* json : {"", "{", "[]", "\"a\"", "1", "{\"a\":1}", "[{\"links\":[]}]"})
        EXPECT_FALSE(read_gis_json(json)) << json;
}

TEST(GisJson, IsReadAsFarAsItGoes) {
    const auto cut = read_gis_json(R"({"links":[{"rel":"self","href":"http://a.example/"},{"re)");
    ASSERT_TRUE(cut);
    EXPECT_TRUE(cut->is_cut);
    EXPECT_EQ(cut->links.size(), 1U);
    const auto deep = read_gis_json("{\"links\":" + std::string(100'000, '['));
    ASSERT_TRUE(deep);
    EXPECT_TRUE(deep->is_cut);
}

TEST(GisDocument, IsToldByItsBeginning) {
    EXPECT_EQ(read_gis_document("\xEF\xBB\xBF " + std::string{wms})->name, "WMS 1.3.0");
    EXPECT_EQ(read_gis_document("\n {\"currentVersion\":11}")->kind, Kind::arcgis);
    EXPECT_FALSE(read_gis_document("<!DOCTYPE html><html></html>"));
    EXPECT_FALSE(read_gis_document("hello"));
}

}  // namespace
}  // namespace rhumb::doctor
