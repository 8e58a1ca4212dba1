#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gis/rest/testing.h"

namespace rhumb::gis::rest {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::SightWithout;

const std::filesystem::path data = RHUMB_SAMPLE_DATA;
const std::string services = "/arcgis/rest/services";

class Seen : public ::testing::Test {
protected:
    void hide(const std::vector<std::string>& paths) {
        directory_.sight = std::make_shared<SightWithout>(paths);
    }
    json get(const std::string& target) {
        return json::parse(directory_.get(services + target).body, nullptr, false);
    }
    std::vector<std::string> service_names(const std::string& target) {
        std::vector<std::string> names;
        const auto directory = get(target);  // outlives the loop over a part of it
        for (const auto& service : directory["services"]) names.push_back(service["name"]);
        return names;
    }
    static std::vector<int> ids(const json& layers, const char* name = "id") {
        std::vector<int> all;
        for (const auto& layer : layers) all.push_back(layer[name]);
        return all;
    }

    testing::Directory directory_{testing::sample_services(data)};
};

TEST_F(Seen, IsEverythingWithoutASight) {
    EXPECT_EQ(get("?f=json")["folders"], json{"Hydrography"});
    EXPECT_EQ(service_names("?f=json").size(), 2U);
}

TEST_F(Seen, IsNoServiceThatIsHidden) {
    hide({services + "/Countries"});
    EXPECT_EQ(service_names("?f=json").size(), 0U);
    EXPECT_THAT(directory_.get(services).body, Not(HasSubstr("Countries")));
    EXPECT_EQ(get("?f=json")["folders"], json{"Hydrography"});
}

TEST_F(Seen, IsNoFolderThatIsHiddenOrHasNothingToBeSeen) {
    hide({services + "/Hydrography"});
    EXPECT_EQ(get("?f=json")["folders"], json::array());
    EXPECT_THAT(directory_.get(services).body, Not(HasSubstr("Hydrography")));
    hide({services + "/Hydrography/Rivers"});
    EXPECT_EQ(get("?f=json")["folders"], json::array());
    EXPECT_EQ(service_names("/Hydrography?f=json").size(), 0U);
}

/// The first layer of a service of two is hidden.
class SeenLayers : public Seen {
protected:
    SeenLayers() {
        const auto layers = get("/Hydrography/Rivers/MapServer?f=json")["layers"];
        count_ = layers.size();
        hidden_name_ = layers[0]["name"];
        hide({services + "/Hydrography/Rivers/MapServer/0",
              services + "/Hydrography/Rivers/FeatureServer/0"});
    }
    std::size_t count_ = 0;
    std::string hidden_name_;
};

TEST_F(SeenLayers, AreAllButTheHiddenOneWhereverLayersAreTold) {
    for (const auto* type : {"MapServer", "FeatureServer"}) {
        const std::string service = std::string{"/Hydrography/Rivers/"} + type;
        EXPECT_THAT(ids(get(service + "?f=json")["layers"]), Not(::testing::Contains(0)));
        EXPECT_EQ(get(service + "?f=json")["layers"].size(), count_ - 1);
        EXPECT_THAT(ids(get(service + "/layers?f=json")["layers"]), Not(::testing::Contains(0)));
        for (const auto* page : {"", "/layers"})
            EXPECT_THAT(directory_.get(services + service + page).body,
                        Not(HasSubstr("Server/0\"")));
        // By any spelling of its number.
        for (const auto* number :
             {"/0", "/00", "/+0", "/0/query?where=1%3D1", "/000/query?where=1%3D1"}) {
            const std::string target = service + number;
            const auto answer =
                get(target + (target.find('?') == std::string::npos ? "?f=json" : "&f=json"));
            EXPECT_TRUE(answer.contains("error")) << target;
        }
    }
    EXPECT_THAT(ids(get("/Hydrography/Rivers/MapServer/legend?f=json")["layers"], "layerId"),
                Not(::testing::Contains(0)));
}

TEST_F(SeenLayers, AreDrawnWithoutTheHiddenOneHoweverItIsAskedFor) {
    const std::string picture =
        services + "/Hydrography/Rivers/MapServer/export?f=image&bbox=-180,-90,180,90&size=100,50";
    const auto without = directory_.get(picture).body;
    EXPECT_EQ(directory_.get(picture + "&layers=include:0").body, without);
    const auto nothing = directory_.get(picture + "&layers=show:-1").body;
    EXPECT_EQ(directory_.get(picture + "&layers=show:0").body, nothing);
    directory_.sight = nullptr;
    EXPECT_NE(directory_.get(picture + "&layers=show:0").body, nothing);
}

TEST_F(SeenLayers, KeepTheirNumbers) {
    ASSERT_EQ(count_, 2U);
    EXPECT_EQ(get("/Hydrography/Rivers/MapServer/1?f=json")["id"], 1);
}

}  // namespace
}  // namespace rhumb::gis::rest
