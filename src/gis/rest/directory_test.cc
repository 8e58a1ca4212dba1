#include "gis/rest/directory.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb::gis::rest {
namespace {

using Json = nlohmann::json;

Call call_for(Format format) {
    Call call;
    call.target = parse_target("/arcgis/rest/info", "arcgis");
    call.format = format;
    return call;
}

const TokenAdvice advice{"https://gis.test:8443/arcgis/tokens/", std::chrono::minutes{45}};

TEST(ServerInfo, SaysWhereTokensAreToBeHadAndForHowLong) {
    const auto response = server_info(call_for(Format::json), advice);
    const auto json = Json::parse(std::get<std::string>(response.body));
    EXPECT_EQ(json["authInfo"], (Json{{"isTokenBasedSecurity", true},
                                      {"tokenServicesUrl", "https://gis.test:8443/arcgis/tokens/"},
                                      {"shortLivedTokenValidity", 45}}));
    // Its presence makes Esri's clients look for a portal.
    EXPECT_FALSE(json.contains("owningSystemUrl"));
}

TEST(ServerInfo, NamesNoServiceWhereThereIsNone) {
    const auto response = server_info(call_for(Format::json), std::nullopt);
    const auto json = Json::parse(std::get<std::string>(response.body));
    EXPECT_EQ(json["authInfo"], (Json{{"isTokenBasedSecurity", false}}));
}

TEST(ServerInfo, LinksPeopleToTheForm) {
    const auto page = server_info(call_for(Format::html), advice);
    EXPECT_NE(std::get<std::string>(page.body).find(
                  R"(<a href="https://gis.test:8443/arcgis/tokens/">Get a token</a>)"),
              std::string::npos);
}

}  // namespace
}  // namespace rhumb::gis::rest
