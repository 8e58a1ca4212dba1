#include "policy/channel.h"

#include <gtest/gtest.h>

#include "http/target.h"

namespace rhumb::policy {
namespace {

using config::RequireHttps;
constexpr auto no = RequireHttps::no;
constexpr auto refuse_it = RequireHttps::refuse;
constexpr auto redirect_it = RequireHttps::redirect;

struct Case {
    std::string_view path;
    RequireHttps holds;
};

void expect(const ChannelRules& rules, std::initializer_list<Case> cases) {
    for (const auto& c : cases) {
        SCOPED_TRACE(c.path);
        EXPECT_EQ(rules.at(c.path), c.holds);
    }
}

TEST(ChannelRules, HoldForTheWholeSite) {
    expect(ChannelRules{no, {}}, {{"/", no}, {"/a", no}, {"/a/b/", no}});
    expect(ChannelRules{redirect_it, {}},
           {{"/", redirect_it}, {"/a", redirect_it}, {"/a/b/c", redirect_it}});
    expect(ChannelRules{no, {{"/", refuse_it}}}, {{"/", refuse_it}, {"/a", refuse_it}});
}

TEST(ChannelRules, AreInheritedAndTheNearestStatementWins) {
    const ChannelRules rules{redirect_it,
                             {{"/private", refuse_it},
                              {"/private/open", no},
                              {"/private/open/closed/", refuse_it},
                              {"/private/open/plan.html", redirect_it}}};
    expect(rules, {{"/", redirect_it},
                   {"/a", redirect_it},
                   {"/private", refuse_it},
                   {"/private/", refuse_it},
                   {"/private/a/b", refuse_it},
                   {"/privateer", redirect_it},
                   {"/private.html", redirect_it},
                   {"/Private", redirect_it},  // another file
                   {"/private/open", no},
                   {"/private/open/a", no},
                   {"/private/open/plan.html", redirect_it},
                   {"/private/open/plan.htm", no},
                   {"/private/opener", refuse_it},
                   {"/private/open/closed", refuse_it},
                   {"/private/open/closed/a", refuse_it}});
}

TEST(ChannelRules, OnAFileHoldForThatFileAlone) {
    const ChannelRules rules{no,
                             {{"/a/login.html", refuse_it, false, true},
                              {"/b", refuse_it},
                              {"/b/open.html", no, false, true}}};
    expect(rules, {{"/a/login.html", refuse_it},
                   {"/a/login.html2", no},
                   {"/a/login.html/b", no},
                   {"/a/", no},
                   {"/a/other.html", no},
                   {"/b/open.html", no},
                   {"/b/other.html", refuse_it},
                   {"/b/", refuse_it}});
}

TEST(ChannelRules, CannotBePassedByAnotherAddressOfTheSameFile) {
    const ChannelRules rules{no,
                             {{"/a/index.html", refuse_it, false, true},
                              {"/b", refuse_it},
                              {"/b/index.html", no, false, true},
                              {"/c/x.json", redirect_it, false, true}},
                             {"index.html", "index.htm"}};
    expect(rules, {{"/a/", refuse_it},
                   {"/a", no},  // sends to /a/
                   {"/a/index.htm", no},
                   {"/a/index.html.gz", refuse_it},
                   {"/a/index.html.zst", refuse_it},
                   {"/b/index.html", no},
                   {"/b/", refuse_it},  // never laxer
                   {"/c/x.json.br", redirect_it},
                   {"/c/x.json.bz2", no}});
}

TEST(ChannelRules, TakeWhatIsNamedLikeAnIndexForAFile) {
    expect(
        ChannelRules{
            no, {{"/a/index.html", refuse_it}, {"/index.html", refuse_it}}, {"index.html"}},
        {{"/a/", refuse_it},
         {"/a/index.html", refuse_it},
         {"/a/b", no},
         {"/", refuse_it},
         {"/b/", no}});
}

TEST(ChannelRules, IgnoreCaseWhereTheCatalogueDoes) {
    const ChannelRules rules{no,
                             {{"/ArcGIS/rest/services/Hydro", refuse_it, true},
                              {"/arcgis/rest/services/Hydro/Open", no, true},
                              {"/Files", refuse_it}}};
    expect(rules, {{"/arcgis/REST/services/hydro", refuse_it},
                   {"/arcgis/rest/services/HYDRO/Rivers/MapServer", refuse_it},
                   {"/arcgis/rest/services/hydro/open/MapServer", no},
                   {"/arcgis/rest/services/Hydrology", no},
                   {"/files/a", no},
                   {"/Files/a", refuse_it}});
}

TEST(ChannelRules, HoldTheStricterOfTwoOnTheSamePath) {
    expect(ChannelRules{no, {{"/a", no}, {"/a/", refuse_it}, {"/a", redirect_it}}},
           {{"/a", refuse_it}});
    expect(ChannelRules{no, {{"/a", no}, {"/A", redirect_it, true}}},
           {{"/a", redirect_it}, {"/A", redirect_it}});
}

TEST(ChannelRules, NeverStandBeforeWellKnown) {
    const ChannelRules rules{
        refuse_it,
        {{"/.well-known", refuse_it}, {"/.well-known/acme-challenge/x", refuse_it, false, true}}};
    expect(rules, {{"/.well-known/acme-challenge/x", no},
                   {"/.well-known/", no},
                   {"/.well-known", refuse_it},
                   {"/.well-knownx/a", refuse_it},
                   {"/a/.well-known/b", refuse_it}});
}

TEST(Covers, ComparesWholeSegments) {
    EXPECT_TRUE(covers("/", "/", false));
    EXPECT_TRUE(covers("/", "/a", false));
    EXPECT_TRUE(covers("/a", "/a", false));
    EXPECT_TRUE(covers("/a", "/a/b", false));
    EXPECT_TRUE(covers("/a/", "/a/b", false));
    EXPECT_FALSE(covers("/a", "/ab", false));
    EXPECT_FALSE(covers("/a", "/A", false));
    EXPECT_TRUE(covers("/a", "/A/b", true));
    EXPECT_FALSE(covers("/a/b", "/a", false));
}

class ToHttpsUrl : public testing::Test {
protected:
    http::Channel channel;
    http::Request request;
    void SetUp() override {
        request.channel = &channel;
        channel.local.ip = "192.0.2.7";
    }
    std::string url_of(std::string_view target, std::string_view host, std::uint16_t port) {
        EXPECT_TRUE(http::apply_target(request, target, host));
        return to_https_url(request, port);
    }
};

TEST_F(ToHttpsUrl, NamesTheSameOverHttps) {
    struct UrlCase {
        const char* target;
        const char* host;
        std::uint16_t port;
        const char* url;
    };
    for (const auto& c :
         {UrlCase{"/a%20b/../c?d=e&f=%41", "Example.org", 443,
                  "https://example.org/a%20b/../c?d=e&f=%41"},
          UrlCase{"/", "example.org:8080", 8443, "https://example.org:8443/"},
          UrlCase{"/?", "example.org", 443, "https://example.org/?"},
          UrlCase{"/", "[2001:db8::1]:80", 443, "https://[2001:db8::1]/"},
          UrlCase{"/a", "", 443, "https://192.0.2.7/a"},
          UrlCase{"//evil.example/", "example.org", 443, "https://example.org//evil.example/"},
          UrlCase{"/\xC3\xBC?\"<b>\xFF", "example.org", 443,
                  "https://example.org/%C3%BC?%22%3Cb%3E%FF"}}) {
        SCOPED_TRACE(c.url);
        EXPECT_EQ(url_of(c.target, c.host, c.port), c.url);
    }
}

TEST_F(ToHttpsUrl, PrefersThePublicUrl) {
    request.public_origin = "https://gis.example.org";
    EXPECT_EQ(url_of("/a?b", "10.0.0.1:8080", 8443), "https://gis.example.org/a?b");
    EXPECT_EQ(url_of("/a?b", "10.0.0.1:8080", 0), "https://gis.example.org/a?b");
    request.public_origin = "http://gis.example.org";
    EXPECT_EQ(url_of("/a", "10.0.0.1:8080", 8443), "https://10.0.0.1:8443/a");
}

TEST_F(ToHttpsUrl, IsEmptyWhereThereIsNoHttps) { EXPECT_EQ(url_of("/", "a", 0), ""); }

TEST_F(ToHttpsUrl, NamesTheServerForOptionsOfAllOfIt) {
    request.method = http::Method::options;
    EXPECT_EQ(url_of("*", "a", 443), "https://a/");
}

}  // namespace
}  // namespace rhumb::policy
