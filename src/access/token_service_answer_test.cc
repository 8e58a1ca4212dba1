#include "access/token_service_answer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb::access {
namespace {

using Json = nlohmann::json;

const TokenForm form{.gis_path = "/arcgis",
                     .short_minutes = std::chrono::minutes{60},
                     .long_minutes = std::chrono::minutes{1440},
                     .client_ip = "192.0.2.9"};

identity::IssuedToken token() {
    return {"rh1abc_-",
            {.id = "00112233aabbccdd",
             .user = "ann <b>",
             .binding = {identity::TokenBinding::Kind::referer, "https://a.example/\"x"},
             .issued = Seconds{std::chrono::seconds{1'795'390'000}},
             .expires = Seconds{std::chrono::seconds{1'795'393'600}}}};
}

std::string text_of(const http::Response& response) { return std::get<std::string>(response.body); }

TEST(TokenAnswer, HasTheMembersThatClientsReadAndNoOther) {
    const auto response = answer(token(), TokenFormat::json, form);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.find("content-type"), "application/json; charset=utf-8");
    EXPECT_EQ(Json::parse(text_of(response)),
              (Json{{"token", "rh1abc_-"}, {"expires", 1'795'393'600'000}, {"ssl", true}}));
    const auto indented = text_of(answer(token(), TokenFormat::pjson, form));
    EXPECT_NE(indented.find("\n  \"token\""), std::string::npos);
    EXPECT_EQ(Json::parse(indented), Json::parse(text_of(response)));
}

TEST(TokenAnswer, IsTheBareTokenForOldCallers) {
    const auto response = answer(token(), TokenFormat::text, form);
    EXPECT_EQ(text_of(response), "rh1abc_-");
    EXPECT_EQ(response.headers.find("content-type"), "text/plain; charset=utf-8");
}

TEST(TokenAnswer, ShowsPeopleTheTokenOnceAndEscapesNames) {
    const auto page = text_of(answer(token(), TokenFormat::page, form));
    EXPECT_NE(page.find("readonly spellcheck=\"false\">rh1abc_-</textarea>"), std::string::npos);
    EXPECT_NE(page.find("datetime=\"2026-11-23T"), std::string::npos);
    EXPECT_EQ(page.find("<b>"), std::string::npos);
    EXPECT_EQ(page.find("\"x"), std::string::npos);
    EXPECT_EQ(page.find("<script"), std::string::npos);
}

TEST(TokenRefusal, IsAnErrorWithinStatus200ForWhatConcernsTheOrder) {
    const auto response =
        answer(TokenRefusal{400, "Invalid username or password."}, TokenFormat::json, form);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(Json::parse(text_of(response)),
              (Json{{"error",
                     {{"code", 400},
                      {"message", "Unable to generate token."},
                      {"details", {"Invalid username or password."}}}}}));
}

TEST(TokenRefusal, HasAStatusOfItsOwnWhereHttpIsConcerned) {
    const auto status = [](int code, TokenFormat format) {
        const auto response = answer(TokenRefusal{code, "why"}, format, form);
        if (format == TokenFormat::json) {
            const auto error = Json::parse(text_of(response))["error"];
            EXPECT_EQ(error["code"], code);
            EXPECT_TRUE(error["details"].is_array());
        }
        EXPECT_EQ(response.headers.has("allow"), code == 405);
        return response.status;
    };
    for (const int code : {405, 413, 500, 503}) {
        for (const auto format : {TokenFormat::json, TokenFormat::text, TokenFormat::page})
            EXPECT_EQ(status(code, format), code);
    }
    EXPECT_EQ(status(400, TokenFormat::page), 400);
    EXPECT_EQ(status(400, TokenFormat::text), 400);
    EXPECT_EQ(status(403, TokenFormat::json), 200);
}

TEST(TokenRefusal, SaysWhenToComeAgain) {
    const auto response =
        answer(TokenRefusal{400, "wait", std::chrono::seconds{90}}, TokenFormat::json, form);
    EXPECT_EQ(response.headers.find("retry-after"), "90");
}

TEST(TokenForm, KeepsWhatWasFilledInButForThePassword) {
    auto filled = form;
    filled.user = "ann\"><script>";
    filled.client = "ip";
    filled.ip = "192.0.2.7";
    filled.expiration = "15";
    const auto page = text_of(
        answer(TokenRefusal{400, "Invalid username or password."}, TokenFormat::page, filled));
    EXPECT_NE(page.find("role=\"alert\">Invalid username or password.</p>"), std::string::npos);
    EXPECT_NE(page.find("value=\"ann&quot;&gt;&lt;script&gt;\""), std::string::npos);
    EXPECT_NE(page.find("name=\"client\" value=\"ip\" checked"), std::string::npos);
    EXPECT_NE(page.find("value=\"192.0.2.7\""), std::string::npos);
    EXPECT_NE(page.find("value=\"15\""), std::string::npos);
    EXPECT_NE(page.find("action=\"/arcgis/tokens/generateToken\""), std::string::npos);
}

TEST(TokenForm, AsksNoPasswordOfWhoIsSignedIn) {
    auto signed_in = form;
    signed_in.signed_in_as = "ann";
    signed_in.form_secret = "s3cret";
    const auto page = render_token_form(signed_in);
    EXPECT_EQ(page.find("type=\"password\""), std::string::npos);
    EXPECT_NE(page.find("name=\"form_secret\" value=\"s3cret\""), std::string::npos);
    EXPECT_NE(render_token_form(form).find("type=\"password\""), std::string::npos);
}

TEST(TokenForm, IsKeptToItself) {
    auto response = token_page_response(200, render_token_form(form));
    protect_token_answer(response);
    const auto policy = response.headers.find("content-security-policy").value_or("");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_NE(policy.find("form-action 'self'"), std::string::npos);
    EXPECT_EQ(response.headers.find("cache-control"), "no-store");
    EXPECT_FALSE(response.headers.has("access-control-allow-credentials"));
}

}  // namespace
}  // namespace rhumb::access
