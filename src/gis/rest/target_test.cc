#include "gis/rest/target.h"

#include <gtest/gtest.h>

namespace rhumb::gis::rest {
namespace {

TEST(Target, ReadsEveryFormOfAService) {
    struct Case {
        const char* path;
        const char* name;
        ServiceType type;
        std::size_t below;
    };
    for (const auto& c :
         {Case{"/arcgis/rest/services/Roads/MapServer", "Roads", ServiceType::map, 0},
          Case{"/ArcGIS/REST/Services/Roads/mapserver/", "Roads", ServiceType::map, 0},
          Case{"/arcgis/rest/services/A b/Roads/FeatureServer/0/query", "A b/Roads",
               ServiceType::feature, 2},
          Case{"/arcgis/rest/services/Roads/FeatureServer/0/query/", "Roads", ServiceType::feature,
               2}}) {
        const auto target = parse_target(c.path, "arcgis");
        EXPECT_EQ(target.place, Place::service) << c.path;
        EXPECT_EQ(target.name(), c.name) << c.path;
        EXPECT_EQ(target.type, c.type) << c.path;
        EXPECT_EQ(target.below.size(), c.below) << c.path;
    }
}

TEST(Target, TellsPlacesApart) {
    struct Case {
        const char* path;
        Place place;
    };
    for (const auto& c :
         {Case{"/arcgis/rest", Place::home}, Case{"/arcgis/rest/info/", Place::info},
          Case{"/arcgis/rest/services", Place::directory},
          Case{"/arcgis/rest/services/Folder", Place::directory},
          Case{"/arcgis/rest/services/A/B", Place::nothing},
          Case{"/arcgis/rest/services/A/B/C", Place::nothing},
          Case{"/arcgis/rest/directories/arcgisoutput/x.png", Place::output},
          Case{"/arcgis/rest/else", Place::nothing},
          Case{"/arcgis/rest/directory.css", Place::style_sheet}, Case{"/arcgis", Place::outside},
          Case{"/", Place::outside}, Case{"/other/rest/services", Place::outside}}) {
        EXPECT_EQ(parse_target(c.path, "arcgis").place, c.place) << c.path;
    }
}

TEST(Target, CountsTheWayBackUp) {
    EXPECT_EQ(parse_target("/arcgis/rest/services", "arcgis").up, "./");
    EXPECT_EQ(parse_target("/arcgis/rest/services/", "arcgis").up, "../");
    EXPECT_EQ(parse_target("/arcgis/rest/services/A/MapServer", "arcgis").up, "../../");
    EXPECT_EQ(parse_target("/arcgis/rest/", "arcgis").up, "./");
}

TEST(Target, OfTheHomeWithoutASlashLeadsBelowIt) {
    // From /arcgis/rest a relative link starts in /arcgis/.
    EXPECT_EQ(parse_target("/arcgis/rest", "arcgis").up, "rest/");
}

}  // namespace
}  // namespace rhumb::gis::rest
