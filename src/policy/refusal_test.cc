#include "policy/refusal.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb::policy {
namespace {

constexpr const char* url = "https://gis.example.org/a?b=1&c=%22";
constexpr const char* browser = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8";

std::string body(const http::Response& response) { return std::get<std::string>(response.body); }

TEST(Audience, IsToldByWhatIsAskedFor) {
    constexpr auto get = http::Method::get;
    constexpr auto post = http::Method::post;
    struct Case {
        bool is_gis;
        const char* query;
        const char* accept;
        http::Method method;
        Audience audience;
    };
    for (const auto& c : {Case{false, "", "", get, Audience::person},
                          Case{false, "", browser, get, Audience::person},
                          Case{false, "", "application/json", get, Audience::program},
                          Case{false, "", "Application/Problem+JSON", get, Audience::program},
                          Case{false, "f=json", browser, get, Audience::program},
                          Case{false, "F=PJSON", "", get, Audience::program},
                          Case{false, "f=geojson", "", get, Audience::program},
                          Case{false, "f=html", "application/json", get, Audience::person},
                          Case{false, "", "*/*", post, Audience::person},
                          Case{true, "F=json", "", get, Audience::gis_client},
                          Case{true, "f=pjson", browser, get, Audience::gis_client},
                          Case{true, "f=geojson", "", get, Audience::gis_client},
                          Case{true, "f=pbf", "", get, Audience::gis_client},
                          Case{true, "f=image&bbox=1", "", get, Audience::gis_image},
                          Case{true, "", "", get, Audience::person},
                          Case{true, "f=html", "", get, Audience::person},
                          Case{true, "f=html", "", post, Audience::person},
                          Case{true, "", "*/*", post, Audience::gis_client},
                          Case{true, "", browser, post, Audience::person}}) {
        SCOPED_TRACE(std::string{c.is_gis ? "gis " : "web "} + c.query + " " + c.accept);
        http::Request request;
        request.method = c.method;
        request.query = c.query;
        if (*c.accept != '\0') request.headers.add("accept", c.accept);
        EXPECT_EQ(audience_of(request, c.is_gis), c.audience);
    }
}

TEST(Refusal, IsWordedForWhoAsks) {
    struct Case {
        Audience audience;
        int status;
        const char* type;
        bool is_for_any_origin;
    };
    for (const auto& c :
         {Case{Audience::person, 403, "text/html; charset=utf-8", false},
          Case{Audience::program, 403, "application/json; charset=utf-8", false},
          Case{Audience::gis_client, 200, "application/json; charset=utf-8", true},
          Case{Audience::gis_image, 403, "application/json; charset=utf-8", true}}) {
        const auto response = refuse(url, c.audience);
        EXPECT_EQ(response.status, c.status);
        EXPECT_EQ(response.substatus, 4);
        EXPECT_EQ(response.headers.find("content-type"), c.type);
        EXPECT_EQ(response.headers.find("cache-control"), "no-store");
        EXPECT_EQ(response.headers.has("access-control-allow-origin"), c.is_for_any_origin);
    }
}

TEST(Refusal, NamesTheAddressAsALinkAndEscapesIt) {
    const auto shown = body(refuse("https://a/x?y=<&z='", Audience::person));
    EXPECT_NE(
        shown.find("<a href=\"https://a/x?y=&lt;&amp;z=&#39;\">https://a/x?y=&lt;&amp;z=&#39;</a>"),
        std::string::npos);
    EXPECT_NE(shown.find("<html lang=\"en\">"), std::string::npos);
    EXPECT_NE(shown.find("403.4"), std::string::npos);
}

TEST(Refusal, IsWhatTheEsriClientRepeatsOverHttps) {
    const auto text = body(refuse(url, Audience::gis_client));
    const auto error = nlohmann::json::parse(text)["error"];
    EXPECT_EQ(error["code"], 403);
    EXPECT_EQ(error["message"], "SSL Required");
    EXPECT_EQ(error["details"], (nlohmann::json{"SSL Required", url}));
    EXPECT_EQ(text.find("permission"), std::string::npos);
}

TEST(Refusal, NamesTheAddressToPrograms) {
    const auto problem = nlohmann::json::parse(body(refuse(url, Audience::program)));
    EXPECT_EQ(problem["status"], 403);
    EXPECT_EQ(problem["substatus"], 4);
    EXPECT_EQ(problem["url"], url);
}

TEST(Refusal, IsSoundWhateverTheAddressHolds) {
    for (const auto audience : {Audience::program, Audience::gis_client})
        EXPECT_TRUE(nlohmann::json::accept(body(refuse("https://a/\"\\\xFF\x01", audience))));
}

TEST(Refusal, SaysWhenThereIsNoHttps) {
    for (const auto audience : {Audience::person, Audience::program, Audience::gis_client})
        EXPECT_NE(body(refuse("", audience)).find("no https address"), std::string::npos);
    EXPECT_EQ(body(refuse("", Audience::person)).find("<a "), std::string::npos);
}

TEST(Redirect, KeepsTheMethodAndIsNotStored) {
    const auto response = redirect("https://a:8443/x?y");
    EXPECT_EQ(response.status, 308);
    EXPECT_EQ(response.headers.find("location"), "https://a:8443/x?y");
    EXPECT_EQ(response.headers.find("cache-control"), "no-store");
    EXPECT_EQ(response.headers.find("access-control-allow-origin"), "*");
}

}  // namespace
}  // namespace rhumb::policy
