#include "gis/catalogue.h"

#include <gtest/gtest.h>

namespace rhumb::gis {
namespace {

const std::filesystem::path data = RHUMB_SAMPLE_DATA;

TEST(Inspect, TellsWhatAFileHolds) {
    const auto seen = inspect(data / "rivers.gpkg");
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->format, "GeoPackage");
    ASSERT_EQ(seen->layers.size(), 2U);
    EXPECT_EQ(seen->layers[0].name, "rivers");
    EXPECT_EQ(seen->layers[0].geometry_type, GeometryType::polyline);
    EXPECT_EQ(seen->layers[0].crs.epsg, 4326);
    EXPECT_EQ(seen->layers[0].feature_count, 461U);
    EXPECT_TRUE(seen->warnings.empty());
    EXPECT_FALSE(inspect("/nowhere.gpkg"));
}

TEST(ServiceName, IsOneNameOrAFolderAndAName) {
    for (const auto* name : {"Rivers", "Hydrography/Rivers", "A b/C-d_e.f", "Flüsse", "2026"})
        EXPECT_TRUE(check_service_name(name)) << name;
    for (const auto* name : {"", "/", "a/", "/a", "a/b/c", "a?b", "a%2Fb", "..", ".a", "a ", "a\nb",
                             "<b>", "MapServer", "a/featureserver", "a\\b", "\xFF"}) {
        EXPECT_FALSE(check_service_name(name)) << name;
    }
}

TEST(Catalogue, FindsServicesAndFoldersWithoutCase) {
    const std::vector<ServiceDefinition> definitions{{.name = "b/Two",
                                                      .source = data / "rivers.gpkg",
                                                      .title = "",
                                                      .description = "",
                                                      .attribution = ""},
                                                     {.name = "B/One",
                                                      .source = data / "rivers.gpkg",
                                                      .title = "",
                                                      .description = "",
                                                      .attribution = ""},
                                                     {.name = "Top",
                                                      .source = data / "countries.gpkg",
                                                      .title = "",
                                                      .description = "",
                                                      .attribution = ""},
                                                     {.name = "top",
                                                      .source = data / "rivers.gpkg",
                                                      .title = "",
                                                      .description = "",
                                                      .attribution = ""}};
    const auto log = observe::Log::to_nowhere();
    const auto catalogue = Catalogue::build(definitions, log);

    EXPECT_EQ(catalogue->services().size(), 3U);  // the second Top is passed over
    EXPECT_EQ(catalogue->folders().size(), 1U);
    EXPECT_EQ(catalogue->services_in("b").size(), 2U);
    EXPECT_EQ(catalogue->services_in("").size(), 1U);
    ASSERT_NE(catalogue->find("TOP"), nullptr);
    EXPECT_EQ(catalogue->find("TOP")->find_layer(0)->source->schema().feature_count, 241U);
    EXPECT_EQ(catalogue->find("b/one")->short_name(), "One");
    EXPECT_EQ(catalogue->find("b/one")->find_layer(2), nullptr);
    EXPECT_EQ(catalogue->find("nothing"), nullptr);
}

TEST(Catalogue, TakesOverWhatIsOpenFromTheSameFile) {
    std::vector<ServiceDefinition> definitions{{.name = "Top",
                                                .source = data / "countries.gpkg",
                                                .title = "",
                                                .description = "",
                                                .attribution = ""}};
    const auto log = observe::Log::to_nowhere();
    const auto first = Catalogue::build(definitions, log);
    definitions[0].title = "New";
    const auto second = Catalogue::build(definitions, log, first.get());
    EXPECT_EQ(first->find("Top")->map, second->find("Top")->map);
    EXPECT_EQ(second->find("Top")->title(), "New");
}

}  // namespace
}  // namespace rhumb::gis
