#include "access/return_address.h"

#include <gtest/gtest.h>

namespace rhumb::access {
namespace {

TEST(ReturnAddress, IsAPathOfThisSite) {
    for (const auto* path : {"/", "/a", "/arcgis/rest/services?f=html&x=//evil.example", "/a//b",
                             "/%2F%2Fevil.example", "/a?return=/login", "/loginish", "/a#b",
                             "/.//evil.example", "/%5Cevil.example", "/@evil.example", "/a:b"})
        EXPECT_EQ(to_return_address(path), path);
}

TEST(ReturnAddress, IsNeverOfAnotherHost) {
    for (const auto* elsewhere :
         {"", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
          "https://evil.example/", "https:/evil.example", "javascript:alert(1)", "evil.example",
          "/\t/evil.example", "/\n/evil.example", "/a\r\nSet-Cookie: x=y", " /a", "\t/a",
          "/a\\..\\b", "?x", "#x"})
        EXPECT_EQ(to_return_address(elsewhere), "") << elsewhere;
    EXPECT_EQ(to_return_address(std::string_view{"/a\0b", 4}), "");
    EXPECT_EQ(to_return_address("/" + std::string(2048, 'a')), "");
}

TEST(ReturnAddress, LeadsNotBackToSigningIn) {
    for (const auto* page : {"/login", "/login/first", "/login?return=/a", "/LOGIN", "/logout",
                             "/logout#x", "/login/"})
        EXPECT_EQ(to_return_address(page), "") << page;
    EXPECT_EQ(to_return_address("/account"), "/account");
}

TEST(ReturnAddress, IsEscapedWhereAFieldCannotHoldIt) {
    EXPECT_EQ(to_return_address("/Stra\xc3\x9f\x65 1?\"<>"), "/Stra%C3%9Fe%201?%22%3C%3E");
}

}  // namespace
}  // namespace rhumb::access
