#include "access/secrets.h"

#include <gtest/gtest.h>

namespace rhumb::access {
namespace {

constexpr std::string_view token = "rh1AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

TEST(Secrets, AreLeftOutOfQueriesHoweverTheirNamesAreWritten) {
    EXPECT_EQ(without_secrets("f=json&token=abc&where=1%3D1"), "f=json&where=1%3D1");
    for (const auto* query :
         {"token=abc", "TOKEN=abc", "to%6ben=abc", "%74%6F%6B%65%6E=abc", "to%256ben=abc",
          "Password=abc", "access_token=abc", "agsToken=abc", "token =abc", "token="})
        EXPECT_EQ(without_secrets(std::string{"a=1&"} + query), "a=1") << query;
    EXPECT_EQ(without_secrets("tokens=1&mytoken=2&f"), "tokens=1&mytoken=2&f");
    EXPECT_EQ(without_secrets(""), "");
}

TEST(Secrets, AreFoundWithinAddressesInParameters) {
    EXPECT_EQ(without_secrets("url=https%3A%2F%2Fh%2Fx%3Ftoken%3Dabc&f=1"), "f=1");
    EXPECT_EQ(without_secrets("url=https%253A%252F%252Fh%253Ftoken%253Dabc&f=1"), "f=1");
    EXPECT_TRUE(has_secrets("url=x?token=abc"));
    EXPECT_FALSE(has_secrets("url=x?f=abc"));
    EXPECT_FALSE(has_secrets(""));
}

TEST(Secrets, AreMaskedInWhateverALogGets) {
    EXPECT_EQ(masked("/arcgis/rest?f=json&token=abc&a=b"), "/arcgis/rest?f=json&token=-&a=b");
    EXPECT_EQ(masked("https://h/x?a=1&To%6Ben=abc#top"), "https://h/x?a=1&To%6Ben=-#top");
    EXPECT_EQ(masked("https://h/x;token=abc"), "https://h/x;token=-");
    EXPECT_EQ(masked("/plain/path"), "/plain/path");
    EXPECT_EQ(masked("-"), "-");
    EXPECT_EQ(masked(""), "");
    EXPECT_EQ(masked("?a==b&"), "?a==b&");
}

TEST(Secrets, AreMaskedWhereverATokenOfOursStands) {
    EXPECT_EQ(masked(std::string{"/x/"} + std::string{token} + "/y"), "/x/-/y");
    EXPECT_EQ(masked(std::string{"/x?key="} + std::string{token}), "/x?key=-");
    EXPECT_EQ(masked(std::string{"a "} + std::string{token} + " b " + std::string{token}),
              "a - b -");
    EXPECT_EQ(masked("/rh1/rh1x"), "/rh1/rh1x");
}

TEST(Secrets, AreMaskedToTheirEndWhateverIsInThem) {
    EXPECT_EQ(masked("/x?password=ab;cd&f=1"), "/x?password=-&f=1");
    EXPECT_EQ(masked("/x?password=ab?cd&f=1"), "/x?password=-&f=1");
    EXPECT_EQ(masked("/x?password=a=b==&f=1"), "/x?password=-&f=1");
}

TEST(Secrets, AreMaskedInProseAndInPaths) {
    EXPECT_EQ(masked("App/1 (token=abc; rest"), "App/1 (token=-");
    EXPECT_EQ(masked("App/1 token = abc"), "App/1 token =-");
    EXPECT_EQ(masked("/proxy/https%3A%2F%2Fh%2Fx%3Ftoken%3Dabc"), "/proxy/https-");
    EXPECT_EQ(masked("/proxy/x%3Ftoken%3Dabc?f=1"), "/proxy/x-");
    EXPECT_EQ(masked("/100%/of=it"), "/100%/of=it");
}

TEST(Secrets, AreFoundBesideBadEscapes) {
    EXPECT_EQ(masked("/x?url=%zz%3Ftoken%3Dabc"), "/x?url=-");
    EXPECT_EQ(masked("/x?to%6Ben%=abc&%to%6ben=1"), "/x?to%6Ben%=abc&%to%6ben=1");
    EXPECT_TRUE(has_secrets("url=100%&x=%3Ftoken%3Dabc%"));
    EXPECT_EQ(without_secrets("f=1&url=%3Ftoken%3Dabc%"), "f=1");
}

TEST(Secrets, OfOpenIdAreMaskedAndOnlyItsTokensAreLeftOut) {
    EXPECT_EQ(masked("/login/back?code=abc&state=s"), "/login/back?code=-&state=s");
    EXPECT_EQ(masked("?id_token=a&refresh_token=b"), "?id_token=-&refresh_token=-");
    // "code" may be anything elsewhere: a redirect to https keeps it.
    EXPECT_EQ(without_secrets("code=DE&id_token=a"), "code=DE");
    EXPECT_EQ(masked("?country_code=DE"), "?country_code=DE");
}

TEST(Secrets, OfAnyTextAreMaskedWithoutAnEnd) {
    // Not to hang, and not to grow.
    const std::string odd(10'000, '=');
    EXPECT_LE(masked(odd).size(), odd.size());
    const std::string percents(10'000, '%');
    EXPECT_EQ(masked(percents), percents);
}

}  // namespace
}  // namespace rhumb::access
