#include "identity/token_binding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::identity {
namespace {

using Kind = TokenBinding::Kind;
using testing::HasSubstr;

struct Case {
    const char* bound;
    const char* referer;
    const char* origin;
    bool matches;
};

class Referers : public testing::TestWithParam<Case> {};

TEST_P(Referers, AreComparedAsTheirKindAsks) {
    const auto& c = GetParam();
    EXPECT_EQ(matches_referer(c.bound, c.referer, c.origin), c.matches)
        << c.bound << " | " << c.referer << " | " << c.origin;
}

INSTANTIATE_TEST_SUITE_P(
    OfOpaqueText, Referers,
    testing::Values(
        Case{"@esri/arcgis-rest-js", "@esri/arcgis-rest-js", "", true},
        Case{"@esri/arcgis-rest-js", "@ESRI/ArcGIS-REST-JS/4.10", "", true},
        Case{"@esri/arcgis-rest-js", "@esri/arcgis-rest", "", false},
        Case{"@esri/arcgis-rest-js", "", "", false},
        Case{"@esri/arcgis-rest-js", "", "@esri/arcgis-rest-js", false},
        Case{"@esri/arcgis-rest-js", "https://a.example/@esri/arcgis-rest-js", "", false},
        Case{"", "anything", "", false}, Case{"", "", "", false}, Case{"n", "", "null", false},
        // No part of a scheme lets the whole Web in.
        Case{"h", "https://a.example/", "", false}, Case{"http", "https://a.example/", "", false},
        Case{"https:", "https://a.example/", "", false},
        Case{"https:/", "https://a.example/", "", false}));

INSTANTIATE_TEST_SUITE_P(
    OfAddresses, Referers,
    testing::Values(Case{"https://a.example", "https://a.example/", "", true},
                    Case{"https://a.example/", "https://a.example", "", true},
                    Case{"https://a.example/app", "https://a.example/app/index.html", "", true},
                    // Browsers send no more than the origin to other sites.
                    Case{"https://a.example/app/", "https://a.example/", "", true},
                    Case{"HTTPS://A.Example/App", "https://a.example", "", true},
                    Case{"https://a.example:443/", "https://a.example/", "", true},
                    Case{"https://a.example/", "https://a.example:443/x", "", true},
                    Case{"http://a.example:80", "http://a.example/", "", true},
                    Case{"https://a.example:0443", "https://a.example/", "", true},
                    Case{"https://a.example:8443", "https://a.example:8443/x?y#z", "", true},
                    Case{"https://[2001:DB8::1]/x", "https://[2001:db8::1]/", "", true},
                    Case{"https://a.example?x", "https://a.example#y", "", true},
                    Case{"https://a.example:8443", "https://a.example/", "", false},
                    Case{"https://a.example", "https://a.example:8443/", "", false},
                    Case{"https://a.example", "http://a.example/", "", false},
                    Case{"http://a.example", "https://a.example/", "", false},
                    Case{"https://a.example", "https://a.example.evil.org/", "", false},
                    Case{"https://a.example", "https://a.examplevil.org/", "", false},
                    Case{"https://a.example", "https://sub.a.example/", "", false},
                    Case{"https://sub.a.example", "https://a.example/", "", false},
                    Case{"https://a.example", "https://evil.org/https://a.example", "", false},
                    Case{"https://a.example", "https://evil.org?https://a.example", "", false},
                    Case{"https://a.example", "https://a.example@evil.org/", "", false},
                    Case{"https://a.example", "https://a.example:443@evil.org/", "", false},
                    Case{"https://a.example", "https://evil.org@a.example/", "", false},
                    Case{"https://a.example", "https://a.example\\.evil.org/", "", false},
                    Case{"https://a.example", "https://a.example%2eevil.org/", "", false},
                    Case{"https://a.example", "https:///a.example/", "", false},
                    Case{"https://a.example", "https://a.example:x/", "", false},
                    Case{"https://a.example", "https://[a.example/", "", false},
                    Case{"https://[2001:db8::1]", "https://[2001:db8::1].evil.org/", "", false},
                    Case{"https://", "https://a.example/", "", false},
                    Case{"https://", "https://", "", false},
                    Case{"https://a.example", "a.example", "", false}));

INSTANTIATE_TEST_SUITE_P(
    OfHostsAsPeopleWriteThem, Referers,
    testing::Values(Case{"a.example", "https://a.example/app", "", true},
                    Case{"A.example/app", "http://a.example/", "", true},
                    Case{"a.example", "https://a.example:8443/", "", true},
                    Case{"a.example:8443", "https://a.example:8443/", "", true},
                    Case{"a.example:443", "https://a.example/", "", true},
                    Case{"a.example:443", "http://a.example/", "", false},
                    Case{"a.example", "https://a.example.evil.org/", "", false},
                    Case{"a.example", "https://a.example@evil.org/", "", false},
                    Case{"a.exa", "https://a.example/", "", false},
                    Case{"*", "https://a.example/", "", false}));

INSTANTIATE_TEST_SUITE_P(
    WithAnOrigin, Referers,
    testing::Values(Case{"https://a.example/app", "", "https://a.example", true},
                    Case{"a.example", "", "https://a.example", true},
                    Case{"https://a.example", "", "https://b.example", false},
                    Case{"https://a.example", "", "null", false},
                    // What the page says of itself counts before it.
                    Case{"https://a.example", "https://b.example/", "https://a.example", false}));

TEST(AddressesOfClients, AreEqualHoweverTheyAreWritten) {
    EXPECT_TRUE(is_same_address("192.0.2.1", "192.0.2.1"));
    EXPECT_TRUE(is_same_address("192.0.2.1", "::ffff:192.0.2.1"));
    EXPECT_TRUE(is_same_address("::ffff:c000:201", "192.0.2.1"));
    EXPECT_TRUE(is_same_address("2001:db8::1", "2001:0DB8:0:0:0:0:0:1"));
    EXPECT_FALSE(is_same_address("192.0.2.1", "192.0.2.2"));
    EXPECT_FALSE(is_same_address("192.0.2.1", "::192.0.2.1"));
    EXPECT_FALSE(is_same_address("2001:db8::1", "2001:db8::2"));
    for (const auto* const odd : {"", "localhost", "192.0.2", "192.0.2.1 ", "fe80::1%eth0", "[::1]",
                                  "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc"})
        EXPECT_FALSE(is_same_address(odd, odd)) << odd;
}

TEST(BindingsOfTokens, AreSealedInOneForm) {
    const auto sealed = [](Kind kind, const std::string& value) {
        return *to_sealed_binding({kind, value});
    };
    EXPECT_EQ(sealed(Kind::ip, " ::ffff:192.0.2.1 "), (TokenBinding{Kind::ip, "192.0.2.1"}));
    EXPECT_EQ(sealed(Kind::ip, "2001:0DB8::0001"), (TokenBinding{Kind::ip, "2001:db8::1"}));
    EXPECT_EQ(sealed(Kind::referer, " https://A.example/App "),
              (TokenBinding{Kind::referer, "https://A.example/App"}));
    EXPECT_EQ(sealed(Kind::none, "left over"), TokenBinding{});
}

TEST(BindingsOfTokens, AreRefusedWithTheReason) {
    const auto refusal = [](Kind kind, const std::string& value) {
        const auto sealed = to_sealed_binding({kind, value});
        EXPECT_FALSE(sealed) << value;
        return sealed ? "" : sealed.error().message;
    };
    EXPECT_THAT(refusal(Kind::ip, "example.org"), HasSubstr("192.0.2.1"));
    EXPECT_THAT(refusal(Kind::ip, ""), HasSubstr("no address"));
    EXPECT_THAT(refusal(Kind::referer, "  "), HasSubstr("1 to 512"));
    EXPECT_THAT(refusal(Kind::referer, std::string(513, 'x')), HasSubstr("and this one 513"));
    EXPECT_THAT(refusal(Kind::referer, "https://a@b/"), HasSubstr("https://maps.example.org"));
    EXPECT_TRUE(to_sealed_binding({Kind::referer, std::string(512, 'x')}));
}

}  // namespace
}  // namespace rhumb::identity
