#include "openid/claims.h"

#include <gtest/gtest.h>

namespace rhumb::openid {
namespace {

using Texts = std::vector<std::string>;

TEST(Claims, AreFoundByNameAndByPath) {
    const auto claims = Claims::parse(
        R"({"groups":["a",1,"b",null],"one":"c","realm_access":{"roles":["d"],"n":{"m":"e"}},
            "https://example.org/roles":["f"],"a.b":"whole","a":{"b":"path"},"number":5,"yes":true})",
        "test");
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->texts("groups"), (Texts{"a", "b"}));
    EXPECT_EQ(claims->texts("one"), Texts{"c"});
    EXPECT_EQ(claims->texts("realm_access.roles"), Texts{"d"});
    EXPECT_EQ(claims->text("realm_access.n.m"), "e");
    EXPECT_EQ(claims->texts("https://example.org/roles"), Texts{"f"});
    EXPECT_EQ(claims->text("a.b"), "whole");
    for (const auto* path :
         {"", ".", "none", "realm_access.", "realm_access.none", "one.two", "groups.0"})
        EXPECT_FALSE(claims->has(path)) << path;
    EXPECT_EQ(claims->text("number"), "");
    EXPECT_EQ(claims->texts("realm_access"), Texts{});
    EXPECT_TRUE(claims->is_true("yes"));
    EXPECT_FALSE(claims->is_true("one"));
}

TEST(Claims, AreFilledFromOthersWithoutBeingChanged) {
    const auto mine = *Claims::parse(R"({"sub":"s","name":"Ann"})", "test");
    const auto more = *Claims::parse(R"({"sub":"t","email":"ann@example.org"})", "test");
    const auto both = mine.filled_from(more);
    EXPECT_EQ(both.text("sub"), "s");
    EXPECT_EQ(both.text("email"), "ann@example.org");
    EXPECT_FALSE(mine.has("email"));
}

TEST(Claims, AreStrictJsonWithinBounds) {
    const auto deep = R"({"a":)" + std::string(13, '[') + std::string(13, ']') + "}";
    const std::string bad_utf8 = "{\"a\":\"\xff\"}";
    for (const std::string& text :
         {std::string{}, std::string{"[]"}, std::string{"1"}, std::string{R"({"a":1,})"},
          std::string{R"({"a":1} x)"}, std::string{R"({"a":1,"a":2})"},
          std::string{R"({"b":{"a":1,"a":2}})"}, deep, bad_utf8})
        EXPECT_FALSE(Claims::parse(text, "test")) << text;
    EXPECT_TRUE(Claims::parse(
        R"({"a":{"x":1},"b":{"x":1},"brackets":"[[[[[[[[[[[[[[[[[[\"{{{{{{{{{"})", "test"));
}

}  // namespace
}  // namespace rhumb::openid
