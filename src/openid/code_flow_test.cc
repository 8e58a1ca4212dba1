#include "openid/code_flow.h"

#include <gtest/gtest.h>

namespace rhumb::openid {
namespace {

TEST(Journey, HasSecretsOfItsOwn) {
    const auto one = new_journey();
    const auto two = new_journey();
    ASSERT_TRUE(one && two);
    for (const auto& text : {one->state, one->nonce, one->verifier}) EXPECT_EQ(text.size(), 43U);
    EXPECT_NE(one->state, one->nonce);
    EXPECT_NE(one->nonce, one->verifier);
    EXPECT_NE(one->state, two->state);
}

TEST(Challenge, AgreesWithThePublishedExample) {
    // RFC 7636 appendix B.
    EXPECT_EQ(*challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(AuthorizationUrl, IsEscapedAndKeepsTheEndpointsQuery) {
    const Discovery provider{.authorization_endpoint = "https://id.example.org/auth?tenant=1"};
    const std::vector<std::string> scopes{"profile"};
    const Journey journey{.state = "s", .nonce = "n", .verifier = "v"};
    const auto url = authorization_url(provider, {.client_id = "a&b",
                                                  .callback = "https://gis.example.org/login",
                                                  .scopes = scopes,
                                                  .journey = journey});
    ASSERT_TRUE(url);
    EXPECT_TRUE(url->starts_with(
        "https://id.example.org/auth?tenant=1&response_type=code&client_id=a%26b&"));
    EXPECT_NE(url->find("&redirect_uri=https%3A%2F%2Fgis.example.org%2Flogin&"), std::string::npos);
    EXPECT_NE(url->find("&scope=openid%20profile&"), std::string::npos);
    EXPECT_NE(url->find("&code_challenge_method=S256"), std::string::npos);
    EXPECT_EQ(url->find("verifier"), std::string::npos);
}

TEST(Callback, IsReadWithEachParameterOnce) {
    const auto query =
        parse_callback("code=a%2Bb+c&state=s&iss=https%3A%2F%2Fid.example.org&session_state=x");
    ASSERT_TRUE(query);
    EXPECT_EQ(query->code, "a+b c");
    EXPECT_EQ(query->state, "s");
    EXPECT_EQ(query->issuer, "https://id.example.org");
    EXPECT_EQ(parse_callback("")->code, "");
    for (const std::string& bad :
         {std::string{"code=a&code=b"}, std::string{"state=%zz"}, std::string{"code=%ff"},
          std::string(20'000, 'a'), std::string(60, '&'), std::string{"iss=a&iss=a"}})
        EXPECT_FALSE(parse_callback(bad)) << bad.substr(0, 40);
}

TEST(ErrorWord, IsAWordOrNothing) {
    EXPECT_EQ(error_word("access_denied"), "access_denied");
    for (const auto* text : {"", "<script>", "Access denied", "a\nb", "naïve"})
        EXPECT_EQ(error_word(text), "an unknown error");
    EXPECT_EQ(error_word(std::string(100, 'a')), "an unknown error");
}

TEST(TokenAnswer, NeedsAnAccessTokenOfTypeBearer) {
    const auto tokens = parse_token_answer(
        R"({"access_token":"a","token_type":"bearer","refresh_token":"r","id_token":"i"})");
    ASSERT_TRUE(tokens);
    EXPECT_EQ(tokens->access_token.view(), "a");
    EXPECT_EQ(tokens->refresh_token.view(), "r");
    EXPECT_EQ(tokens->id_token, "i");
    for (const auto* bad :
         {"", "{}", R"({"access_token":"a"})", R"({"access_token":"","token_type":"Bearer"})",
          R"({"access_token":"a","token_type":"DPoP"})",
          R"({"access_token":{"a":1},"token_type":"Bearer"})"})
        EXPECT_FALSE(parse_token_answer(bad)) << bad;
}

TEST(BasicAuthorization, EscapesBothParts) {
    EXPECT_EQ(basic_authorization("a:b", "c d%"), "Basic YSUzQWI6YyUyMGQlMjU=");  // a%3Ab:c%20d%25
}

}  // namespace
}  // namespace rhumb::openid
