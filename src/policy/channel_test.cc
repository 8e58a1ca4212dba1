#include "policy/channel.h"

#include <gtest/gtest.h>

namespace rhumb::policy {
namespace {

using config::RequireHttps;

TEST(ChannelRules, TheNearestStatementWins) {
    const ChannelRules rules{RequireHttps::redirect,
                             {{"/private", RequireHttps::refuse}, {"/private/open", RequireHttps::no}, {"/private/open/plan.html", RequireHttps::redirect}}};
    EXPECT_EQ(rules.at("/"), RequireHttps::redirect);
    EXPECT_EQ(rules.at("/private"), RequireHttps::refuse);
    EXPECT_EQ(rules.at("/private/x"), RequireHttps::refuse);
    EXPECT_EQ(rules.at("/private/open/x"), RequireHttps::no);
    EXPECT_EQ(rules.at("/private/open/plan.html"), RequireHttps::redirect);
    EXPECT_EQ(rules.at("/private/open/plan.htm"), RequireHttps::no);
}

TEST(ChannelRules, CoverWholeSegmentsOnly) {
    const ChannelRules rules{RequireHttps::no, {{"/private", RequireHttps::refuse}}};
    EXPECT_EQ(rules.at("/privateer"), RequireHttps::no);
    EXPECT_EQ(rules.at("/Private"), RequireHttps::no);  // another file
}

TEST(ChannelRules, IgnoreCaseWhereTheCatalogueDoes) {
    const ChannelRules rules{RequireHttps::no, {{"/arcgis/rest/services/Hydro", RequireHttps::refuse, true}}};
    EXPECT_EQ(rules.at("/ArcGIS/REST/services/HYDRO/Rivers"), RequireHttps::refuse);
}

TEST(ChannelRules, NeverStandBeforeWellKnown) {
    const ChannelRules rules{RequireHttps::refuse, {}};
    EXPECT_EQ(rules.at("/.well-known/acme-challenge/x"), RequireHttps::no);
    EXPECT_EQ(rules.at("/.well-knownx"), RequireHttps::refuse);
}

http::Request request_for(std::string query, std::string accept = "") {
    http::Request request;
    request.query = std::move(query);
    if (!accept.empty()) request.headers.add("accept", accept);
    return request;
}

TEST(Refusal, IsWordedForWhoAsks) {
    EXPECT_EQ(audience_of(request_for(""), true), Audience::person);
    EXPECT_EQ(audience_of(request_for("F=json"), true), Audience::gis_client);
    EXPECT_EQ(audience_of(request_for("f=image"), true), Audience::gis_client);
    EXPECT_EQ(audience_of(request_for("", "application/json"), false), Audience::program);
    EXPECT_EQ(audience_of(request_for("", "text/html,application/json"), false), Audience::person);
}

const std::string& body_of(const http::Response& response) { return std::get<std::string>(response.body); }

TEST(Refusal, NamesTheUrlToUseAndEscapesIt) {
    const auto response = refuse("https://a/x?y=<&z='", Audience::person);
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.substatus, 4);
    EXPECT_NE(body_of(response).find("https://a/x?y=&lt;&amp;z=&#39;"), std::string::npos);
    EXPECT_EQ(body_of(response).find("=<"), std::string::npos);
}

TEST(Refusal, IsWhatTheEsriClientUnderstands) {
    const auto response = refuse("https://a/x", Audience::gis_client);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(body_of(response), R"({"error":{"code":403,"message":"SSL Required","details":["SSL Required","https://a/x"]}})");
}

TEST(Redirect, KeepsTheMethod) {
    const auto response = redirect("https://a:8443/x?y");
    EXPECT_EQ(response.status, 308);
    EXPECT_EQ(response.headers.find("location"), "https://a:8443/x?y");
}

}  // namespace
}  // namespace rhumb::policy
