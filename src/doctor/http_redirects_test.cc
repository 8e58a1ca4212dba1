#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/http_judge.h"
#include "doctor/http_testing.h"

namespace rhumb::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using End = Walk::End;
using fetch::Fault;

const std::string site = "https://gis.example.org/";
const HttpContext context{.about = "https://gis.example.org"};

std::vector<Finding> judge(const Web& web) { return judge_redirects(web, context); }
Walk well() { return walked({heard(site, 200)}); }

TEST(Redirects, ThatLeadToHttpsAndKeepWhatWasAskedAreWell) {
    EXPECT_THAT(
        judge(web_of(well(), walked({leading("http://gis.example.org/", site), heard(site, 200)}))),
        IsEmpty());
    EXPECT_THAT(judge(web_of(walked({leading("https://gis.example.org/a", "/a/"),
                                     heard("https://gis.example.org/a/", 200)}))),
                IsEmpty());
    auto web = web_of(well(), walked({leading("http://gis.example.org/", site), heard(site, 200)}));
    web.deep = leading("http://gis.example.org/rhumb-doctor/asks?kept=yes",
                       "https://gis.example.org/rhumb-doctor/asks?kept=yes", 308);
    EXPECT_THAT(judge(web), IsEmpty());
    web.deep = heard("http://gis.example.org/rhumb-doctor/asks?kept=yes", 404);
    EXPECT_THAT(judge(web), IsEmpty());
}

TEST(Redirects, ToAnotherServerAreItsOwnAffair) {
    EXPECT_THAT(judge(web_of(walked({leading(site, "https://www.example.com/")}, End::elsewhere,
                                    "https://www.example.com/"))),
                IsEmpty());
}

TEST(Redirects, ThatNeverEndAreToldOnce) {
    const auto loop =
        walked({leading(site, "http://gis.example.org/"), leading("http://gis.example.org/", site)},
               End::looped, site);
    const auto findings = judge(web_of(loop, walked({leading("http://gis.example.org/", site),
                                                     leading(site, "http://gis.example.org/")},
                                                    End::looped, "http://gis.example.org/")));
    ASSERT_THAT(ids_of(findings), ElementsAre("http.redirect.loop"));
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_EQ(findings[0].about, "https://gis.example.org");
    EXPECT_THAT(findings[0].sentence, HasSubstr("again and again"));

    std::vector<Exchange> many;
    for (int i = 0; i < 10; ++i)
        many.push_back(leading(fmt::format("https://gis.example.org/{}", i), "/x"));
    EXPECT_THAT(ids_of(judge(web_of(walked(many, End::too_long, "https://gis.example.org/10")))),
                ElementsAre("http.redirect.loop"));
}

TEST(Redirects, FromHttpsIntoTheClearAreAnError) {
    const auto findings = judge(web_of(walked({leading(site, "http://gis.example.org/portal"),
                                               heard("http://gis.example.org/portal", 200)})));
    ASSERT_THAT(ids_of(findings), ElementsAre("http.redirect.downgrade"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("http://gis.example.org/portal"));
    EXPECT_THAT(ids_of(judge(web_of(walked({leading(site, "http://www.example.com/")},
                                           End::elsewhere, "http://www.example.com/")))),
                ElementsAre("http.redirect.downgrade"));
}

TEST(Redirects, ToAddressesInsideAreToldAsThatAlone) {
    for (const auto* inner :
         {"http://10.0.0.5:8080/geoserver/", "https://geoserver/", "http://localhost:8080/"}) {
        SCOPED_TRACE(inner);
        EXPECT_THAT(ids_of(judge(web_of(walked({leading(site, inner)}, End::elsewhere, inner)))),
                    ElementsAre("http.redirect.internal"));
    }
}

TEST(Redirects, ToNamesThatLeadNowhereAreAnError) {
    const auto findings = judge(web_of(walked({leading(site, "https://old.example.org/"),
                                               failed("https://old.example.org/", Fault::resolve)},
                                              End::failed)));
    ASSERT_THAT(ids_of(findings), ElementsAre("http.redirect.unresolved"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("«old.example.org»"));
}

TEST(Redirects, ToWhereNobodyAnswersAreAnError) {
    for (const auto fault : {Fault::connect, Fault::tls, Fault::protocol, Fault::time}) {
        const auto clear = walked({leading("http://gis.example.org/", "https://gis.example.org/"),
                                   failed("https://gis.example.org/", fault)},
                                  End::failed);
        const auto findings =
            judge(web_of(walked({heard("https://gis.example.org:8443/", 200)}), clear));
        ASSERT_THAT(ids_of(findings), ElementsAre("http.redirect.dead"));
        EXPECT_THAT(findings[0].sentence, HasSubstr("https://gis.example.org/"));
    }
}

TEST(Redirects, WithoutAPlaceAreAnError) {
    EXPECT_THAT(ids_of(judge(web_of(walked({heard(site, 302)}, End::nowhere)))),
                ElementsAre("http.redirect.nowhere"));
    const auto findings =
        judge(web_of(walked({leading(site, "mailto:ann@example.org", 302)}, End::nowhere)));
    ASSERT_THAT(ids_of(findings), ElementsAre("http.redirect.nowhere"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("«mailto:ann@example.org»"));
}

TEST(Redirects, ToHttpsThatForgetPathOrQueryAreAWarning) {
    auto web = web_of(well(), walked({leading("http://gis.example.org/", site), heard(site, 200)}));
    for (const auto* to : {"https://gis.example.org/", "https://gis.example.org/?kept=yes",
                           "https://gis.example.org/rhumb-doctor/asks"}) {
        SCOPED_TRACE(to);
        web.deep = leading("http://gis.example.org/rhumb-doctor/asks?kept=yes", to);
        EXPECT_THAT(ids_of(judge(web)), ElementsAre("http.redirect.loses-path"));
    }
    const auto own =
        web_of(walked({heard("https://gis.example.org/map?layer=1", 200)}),
               walked({leading("http://gis.example.org/map?layer=1", site), heard(site, 200)}));
    const auto findings = judge(own);
    ASSERT_THAT(ids_of(findings), ElementsAre("http.redirect.loses-path"));
    EXPECT_EQ(findings[0].severity, Severity::warning);
}

TEST(Redirects, AreNotBlamedForAServerThatDoesNotAnswerAtAll) {
    EXPECT_THAT(judge(web_of(walked({failed(site, Fault::connect)}, End::failed))), IsEmpty());
}

}  // namespace
}  // namespace rhumb::doctor
