#include "doctor/page_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/http_testing.h"

namespace rhumb::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const PageContext secure{.about = "https://gis.example.org",
                         .url = url_at("https://gis.example.org/app/"),
                         .target = url_at("https://gis.example.org/")};
const PageContext clear{.about = "https://gis.example.org",
                        .url = url_at("http://gis.example.org/app/"),
                        .target = url_at("https://gis.example.org/")};

std::vector<Finding> judge(std::string_view html, const PageContext& context = secure) {
    return judge_page(read_page(html), context);
}
std::vector<std::string> judged(std::string_view html, const PageContext& context = secure) {
    return ids_of(judge(html, context));
}

TEST(PageJudge, FindsNothingOnAHealthyPage) {
    constexpr auto healthy =
        "<title>Maps</title><link rel=stylesheet href=/a.css><script src=a.js></script>"
        "<img src=//b.example/i.png><a href=http://www.example.com/>elsewhere</a>"
        "<form action=/login method=post><input type=password></form>"
        "<img src='data:image/png;base64,AA=='><a href='mailto:ann@example.org'>ann</a>"
        "<svg xmlns='http://www.w3.org/2000/svg'></svg>";
    EXPECT_THAT(judged(healthy), IsEmpty());
    EXPECT_THAT(judged("<img src=http://b.example/i.png><script src=http://b.example/>", clear),
                IsEmpty());
}

TEST(PageJudge, FindsAPasswordAskedForInTheClear) {
    const auto findings = judge("<form><input type=password></form>", clear);
    ASSERT_THAT(ids_of(findings), ElementsAre("page.login.clear"));
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_THAT(findings[0].sentence, HasSubstr("http://gis.example.org/app/"));
    EXPECT_THAT(judged("<input type=password>", clear), ElementsAre("page.login.clear"));
    auto local = clear;
    local.url = url_at("http://localhost:8080/");
    local.target = local.url;
    EXPECT_THAT(judged("<input type=password>", local), IsEmpty());
}

TEST(PageJudge, FindsAPasswordThatIsSentInTheClear) {
    const auto findings = judge(
        "<form action='http://gis.example.org/j_spring_security_check'><input "
        "type=password></form>");
    ASSERT_THAT(ids_of(findings), ElementsAre("page.login.action-clear"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("j_spring_security_check"));
    EXPECT_THAT(judged("<form><input type=password><button formaction=http://b.example/></form>"),
                ElementsAre("page.login.action-clear"));
}

TEST(PageJudge, FindsOtherFormsAndRefreshesIntoTheClear) {
    EXPECT_THAT(judged("<form action=http://gis.example.org/search></form>"),
                ElementsAre("page.form.clear"));
    EXPECT_THAT(judged("<meta http-equiv=refresh content='0;url=http://gis.example.org/web/'>"),
                ElementsAre("page.refresh.clear"));
    EXPECT_THAT(judged("<meta http-equiv=refresh content='0;url=/web/'>"), IsEmpty());
}

TEST(PageJudge, TellsBlockedFromUpgradedMixedContent) {
    for (const auto* html :
         {"<script src=http://b.example/a.js></script>", "<iframe src=http://b.example/></iframe>",
          "<link rel=stylesheet href=http://b.example/a.css>",
          "<style>@font-face { src: url(http://b.example/f) }</style>",
          "<img srcset='http://b.example/a.png 2x' src=a.png>"}) {
        const auto findings = judge(html);
        ASSERT_THAT(ids_of(findings), ElementsAre("page.mixed.active")) << html;
        EXPECT_EQ(findings[0].severity, Severity::error);
        EXPECT_THAT(findings[0].sentence, HasSubstr("http://b.example/"));
    }
    for (const auto* html : {"<img src=http://b.example/a.png>", "<video src=http://b.example/a>",
                             "<p style='background: url(http://b.example/a)'>",
                             "<link rel=icon href=http://b.example/a>"}) {
        const auto findings = judge(html);
        ASSERT_THAT(ids_of(findings), ElementsAre("page.mixed.passive")) << html;
        EXPECT_EQ(findings[0].severity, Severity::note);
    }
}

TEST(PageJudge, ResolvesAgainstTheBase) {
    const auto findings =
        judge("<base href='http://gis.example.org/x/'><script src=a.js></script>");
    ASSERT_THAT(ids_of(findings), ElementsAre("page.mixed.active"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("http://gis.example.org/x/a.js"));
}

TEST(PageJudge, HeedsUpgradeInsecureRequests) {
    constexpr auto mixed =
        "<script src=http://b.example/a.js></script><img src=http://b.example/a.png>"
        "<form action=http://gis.example.org/><input type=password></form>";
    auto upgrading = secure;
    upgrading.upgrades = true;
    EXPECT_THAT(judged(mixed), Not(IsEmpty()));
    EXPECT_THAT(judged(mixed, upgrading), IsEmpty());
    EXPECT_THAT(judged(std::string{"<meta http-equiv=content-security-policy "
                                   "content=upgrade-insecure-requests>"} +
                       mixed),
                IsEmpty());
}

TEST(PageJudge, CountsWhatItDoesNotShow) {
    std::string html;
    for (int i = 0; i < 5; ++i)
        html += fmt::format("<script src=http://b.example/{}.js></script>", i);
    const auto findings = judge(html + html);
    ASSERT_THAT(ids_of(findings), ElementsAre("page.mixed.active"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("2.js and 2 more"));
}

TEST(PageJudge, FindsWhatVisitorsCannotReach) {
    for (const auto* html :
         {"<script src=http://geoserver:8080/a.js></script>", "<img src=https://10.0.0.5/a.png>",
          "<form action=http://localhost:8080/></form>"})
        EXPECT_THAT(judged(html), ElementsAre("page.internal")) << html;
    // Another port may well be open to everybody.
    EXPECT_THAT(judged("<iframe src=https://gis.example.org:8443/></iframe>"), IsEmpty());
    auto inner = secure;
    inner.url = url_at("https://gis/");
    inner.target = inner.url;
    EXPECT_THAT(judged("<img src=https://10.0.0.5/a.png>", inner), IsEmpty());
}

TEST(PageJudge, TakesTheMachineItselfForSafe) {
    auto local = secure;
    local.url = url_at("https://localhost:8443/");
    local.target = local.url;
    EXPECT_THAT(judged("<script src=http://localhost:8080/a.js></script>", local), IsEmpty());
}

TEST(PageJudge, NotesWhatScriptsNameInTheClear) {
    const auto findings =
        judge("<script>wms('http://gis.example.org/geoserver/wms', 'http://www.w3.org/')</script>");
    ASSERT_THAT(ids_of(findings), ElementsAre("page.script.clear"));
    EXPECT_EQ(findings[0].severity, Severity::note);
    EXPECT_THAT(findings[0].sentence, Not(HasSubstr("w3.org")));
}

}  // namespace
}  // namespace rhumb::doctor
