#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/http_judge.h"
#include "doctor/http_testing.h"

namespace rhumb::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const HttpContext trusted{
    .about = "https://gis.example.org", .is_trusted = true, .is_public = true};

Web web_with(std::string value) {
    return web_of(walked({heard("https://gis.example.org/", 200,
                                {{"strict-transport-security", std::move(value)}})}));
}
std::vector<std::string> judged(const Web& web, const HttpContext& context = trusted) {
    return ids_of(judge_hsts(web, context));
}

TEST(Hsts, IsWellWhenItIsPlain) {
    EXPECT_THAT(judged(web_of(walked({heard("https://gis.example.org/", 200)}))), IsEmpty());
    for (const auto* value :
         {"max-age=86400", "max-age=63072000; includeSubDomains",
          " MAX-AGE = \"31536000\" ; ; includeSubDomains; later=1", "max-age=99999999999999999999"})
        EXPECT_THAT(judged(web_with(value)), IsEmpty()) << value;
}

TEST(Hsts, IsAnErrorWhereNoClientTrustsTheCertificate) {
    HttpContext context = trusted;
    context.is_trusted = false;
    context.is_public = false;
    const auto findings = judge_hsts(web_with("max-age=31536000"), context);
    ASSERT_THAT(ids_of(findings), ElementsAre("hsts.untrusted-certificate"));
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_THAT(findings[0].sentence, HasSubstr("«max-age=31536000»"));
    EXPECT_THAT(judged(web_with("max-age=0"), context), ElementsAre("hsts.zero"));
    context.is_trusted.reset();
    context.is_public.reset();
    EXPECT_THAT(judged(web_with("max-age=31536000"), context), IsEmpty());
}

TEST(Hsts, ThatBrowsersDoNotUnderstandIsAWarning) {
    for (const auto* value : {"", "includeSubDomains", "max-age", "max-age=", "max-age=a year",
                              "max-age=-1", "max-age=1; max-age=2", "max-age=1.5"})
        EXPECT_THAT(judged(web_with(value)), ElementsAre("hsts.malformed")) << value;
}

TEST(Hsts, ForLongWithAPrivateAuthorityIsANote) {
    HttpContext context = trusted;
    context.is_public = false;
    EXPECT_THAT(judged(web_with("max-age=63072000"), context),
                ElementsAre("hsts.private-authority"));
    EXPECT_THAT(judged(web_with("max-age=86400"), context), IsEmpty());
}

TEST(Hsts, ForLongWhileHttpStillGivesAllIsANote) {
    auto web = web_of(walked({heard("https://gis.example.org/", 200,
                                    {{"strict-transport-security", "max-age=63072000"}})}),
                      walked({heard("http://gis.example.org/", 200)}));
    EXPECT_THAT(judged(web), ElementsAre("hsts.early"));
    web.clear = walked({leading("http://gis.example.org/", "https://gis.example.org/"),
                        heard("https://gis.example.org/", 200)});
    EXPECT_THAT(judged(web), IsEmpty());
}

TEST(Hsts, InTheClearIsANote) {
    const auto web = web_of(walked({heard("https://gis.example.org/", 200)}),
                            walked({heard("http://gis.example.org/", 301,
                                          {{"location", "https://gis.example.org/"},
                                           {"strict-transport-security", "max-age=86400"}}),
                                    heard("https://gis.example.org/", 200)}));
    EXPECT_THAT(judged(web), ElementsAre("hsts.in-clear"));
}

TEST(Hsts, ForThePreloadListIsANoteThatSaysWhetherItIsTaken) {
    const auto taken =
        judge_hsts(web_with("max-age=63072000; includeSubDomains; preload"), trusted);
    ASSERT_THAT(ids_of(taken), ElementsAre("hsts.preload"));
    EXPECT_THAT(taken[0].sentence, HasSubstr("for years"));
    const auto refused = judge_hsts(web_with("max-age=86400; preload"), trusted);
    ASSERT_THAT(ids_of(refused), ElementsAre("hsts.preload"));
    EXPECT_THAT(refused[0].sentence, HasSubstr("takes only"));
}

TEST(Hsts, OfAnotherHostIsNotOurs) {
    const auto web = web_of(walked(
        {leading("https://gis.example.org/", "https://b.example.org/"),
         heard("https://b.example.org/", 200, {{"strict-transport-security", "nonsense"}})}));
    EXPECT_THAT(judged(web), IsEmpty());
}

}  // namespace
}  // namespace rhumb::doctor
