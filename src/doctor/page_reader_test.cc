#include "doctor/page_reader.h"

#include <array>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/page_css.h"

namespace rhumb::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = PageUse::Kind;

/// "script a.js, image b.png".
std::string told(const std::vector<PageUse>& uses) {
    constexpr std::array words{"script", "style",    "frame", "font",
                               "import", "imageset", "image", "media"};
    std::string all;
    for (const auto& use : uses)
        all += fmt::format("{}{} {}", all.empty() ? "" : ", ",
                           words.at(static_cast<std::size_t>(use.kind)), use.reference);
    return all;
}
std::string uses(std::string_view html) { return told(read_page(html).uses); }

TEST(Page, SaysWhatItLoads) {
    EXPECT_EQ(uses("<SCRIPT SRC='a.js'></SCRIPT>"), "script a.js");
    EXPECT_EQ(uses("<link rel='alternate StyleSheet' href=a.css>"), "style a.css");
    EXPECT_EQ(uses("<link rel=preload as=image href=a.png><link rel=manifest href=m><link "
                   "rel=modulepreload href=b.js>"),
              "import m, import b.js");
    EXPECT_EQ(uses("<link rel='shortcut icon' href=i.ico>"), "image i.ico");
    EXPECT_EQ(uses("<iframe src=a></iframe><embed src=b><object data=c></object>"),
              "frame a, frame b, frame c");
    EXPECT_EQ(uses("<img src=' a.png '><input type=IMAGE src=b.png><video src=c poster=d></video>"),
              "image a.png, image b.png, image d, media c");
    EXPECT_EQ(uses("<picture><source srcset='a.png 1x,b.png 2x , c.png'><img src=d></picture>"),
              "imageset a.png, imageset b.png, imageset c.png, image d");
    EXPECT_EQ(uses("<p style=\"background: url('a.png')\">"), "image a.png");
    EXPECT_EQ(uses("<svg><image href=a.png /><use xlink:href='b.svg#x'/></svg>"),
              "image a.png, frame b.svg#x");
}

TEST(Page, DoesNotTakeWhatStandsInCommentsAndScriptsForElements) {
    EXPECT_EQ(uses("<!-- <img src=a> --><script>'<img src=b>'</script><textarea></textarea>"), "");
    EXPECT_EQ(uses("<img src='data:image/png;base64," + std::string(9000, 'A') + "'>"), "");
}

TEST(Page, ResolvesEntities) {
    EXPECT_EQ(uses("<img src='http://a.example/?x=1&amp;y=2&#47;'>"),
              "image http://a.example/?x=1&y=2/");
}

TEST(Page, SaysWhereItLeads) {
    const auto page = read_page(
        "<title> Maps\n of  <i>x</i></title><base href='/b/'><base href='/c/'>"
        "<meta http-equiv=Refresh content=\"3; URL='/next'\"><a href=/arcgis/rest/services>x</a>"
        "<area href=y><link rel=canonical href=z>");
    EXPECT_EQ(page.base, "/b/");
    EXPECT_EQ(page.refresh, "/next");
    EXPECT_THAT(page.links, ElementsAre("/arcgis/rest/services", "y", "z"));
    EXPECT_FALSE(page.is_cut);
    EXPECT_EQ(read_page("<title> Maps\n of  B\xC3\xBC"
                        "cher </title>")
                  .title,
              "Maps of B\xC3\xBC"
              "cher");
}

TEST(Page, SaysWhereItsFormsGo) {
    const auto page = read_page(
        "<form action=/a><input type=PassWord></form><form><button formaction='/b'>x</button></form>"
        "<input type=password>");
    ASSERT_THAT(page.forms, SizeIs(2));
    EXPECT_EQ(page.forms[0], (PageForm{{"/a"}, true}));
    EXPECT_EQ(page.forms[1], (PageForm{{"", "/b"}, false}));
    EXPECT_TRUE(page.has_password);
    EXPECT_FALSE(read_page("<input type=text>").has_password);
}

TEST(Page, HeedsUpgradeInsecureRequests) {
    EXPECT_TRUE(read_page("<meta http-equiv=Content-Security-Policy content=\"default-src 'self';"
                          " Upgrade-Insecure-Requests\">")
                    .upgrades_insecure);
    EXPECT_FALSE(read_page("<meta name=x content=upgrade-insecure-requests>").upgrades_insecure);
    EXPECT_TRUE(upgrades_insecure("upgrade-insecure-requests;"));
    EXPECT_FALSE(upgrades_insecure("default-src https:"));
}

TEST(Page, NamesTheAddressesInItsScripts) {
    const auto page = read_page(
        "<script>a('http://a.example/wms?'); b = \"http://b.example/{z}\";"
        "// see http://c.example/ for more\nc('x http://d.example/')</script>");
    EXPECT_THAT(page.scripts, ElementsAre("http://a.example/wms?", "http://b.example/{z}"));
}

TEST(Page, IsReadWithinBounds) {
    std::string many;
    for (int i = 0; i < 3'000; ++i) many += fmt::format("<img src={}>", i);
    const auto full = read_page(many);
    EXPECT_THAT(full.uses, SizeIs(page_items_max));
    EXPECT_TRUE(full.is_cut);

    std::string deep;
    for (int i = 0; i < 2'000; ++i) deep += "<div>";
    const auto cut = read_page(deep + "<img src=a>");
    EXPECT_TRUE(cut.is_cut);
    EXPECT_THAT(cut.uses, IsEmpty());

    const auto large = read_page(std::string(page_bytes_max, ' ') + "<img src=a>");
    EXPECT_TRUE(large.is_cut);
    EXPECT_THAT(large.uses, IsEmpty());
}

TEST(Page, IsSomethingWhateverTheBytes) {
    for (const auto& html :
         {std::string{}, std::string{"\0<p>\0", 5}, std::string{"<"}, std::string{"</"},
          std::string{"<img src=\"a"}, std::string{"\xFF\xFE<\0p\0>\0", 8}})
        EXPECT_THAT(read_page(html).forms, IsEmpty());
}

TEST(Page, ThatEndsWithinAStyleIsReadToItsEnd) {
    EXPECT_EQ(uses("<style>p { background: url(a.png)"), "image a.png");
}

TEST(Style, SaysWhatItLoads) {
    const auto style = [](std::string_view css) { return told(read_style(css)); };
    EXPECT_EQ(style("@import \"a.css\" screen; @IMPORT url( b.css ) print; @import url('c.css');"),
              "style a.css, style b.css, style c.css");
    EXPECT_EQ(style("@font-face { font-family: \"x y\"; src: url(a.woff2) format('woff2') } "
                    "p { background: URL(\"b.png\") }"),
              "font a.woff2, image b.png");
    EXPECT_EQ(style("/* url(a) */ p::after { content: \"url(b)\" } @media x { p { x: url(c) } }"),
              "image c");
    for (const auto* cut :
         {"url(", "url('", "@import", "@import 'a", "/*", "@font-face {", "}", "\\"})
        EXPECT_LE(read_style(cut).size(), 1U) << cut;
    EXPECT_THAT(read_style("url(a)url(b)url(c)", 2), SizeIs(2));
}

}  // namespace
}  // namespace rhumb::doctor
