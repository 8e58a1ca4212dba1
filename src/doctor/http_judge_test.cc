#include "doctor/http_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/http_testing.h"

namespace rhumb::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using End = Walk::End;
using fetch::Fault;

const std::string site = "https://gis.example.org/";
const std::string clear_site = "http://gis.example.org/";
const HttpContext context{.about = "https://gis.example.org"};
const std::string login = "<title>In</title><form><input type=password></form>";

// Answers.

TEST(Answers, ThatAreNoFailureAreWell) {
    for (const int status : {200, 204, 304, 401, 403, 404})
        EXPECT_THAT(judge_answers(web_of(walked({heard(site, status)})), context), IsEmpty());
}

TEST(Answers, OfAServerThatFailedAreAnError) {
    const auto gateway = judge_answers(web_of(walked({heard(site, 502)})), context);
    ASSERT_THAT(ids_of(gateway), ElementsAre("http.status.failure"));
    EXPECT_THAT(gateway[0].sentence, HasSubstr("502"));
    EXPECT_THAT(gateway[0].remedy, HasSubstr("application behind it"));
    const auto plain = judge_answers(web_of(walked({heard(site, 500)})), context);
    ASSERT_THAT(ids_of(plain), ElementsAre("http.status.failure"));
    EXPECT_THAT(plain[0].remedy, HasSubstr("log"));
}

TEST(Answers, ToANameThatNoSiteHasAreAnError) {
    EXPECT_THAT(ids_of(judge_answers(web_of(walked({heard(site, 421)})), context)),
                ElementsAre("http.host.unknown"));
}

TEST(Answers, ThatAreNoHttpAreAnErrorWhenTheConnectionStands) {
    for (const auto fault : {Fault::protocol, Fault::time, Fault::too_large})
        EXPECT_THAT(ids_of(judge_answers(web_of(walked({failed(site, fault, true)}, End::failed)),
                                         context)),
                    ElementsAre("http.silent"));
    for (const auto fault : {Fault::connect, Fault::tls, Fault::time})
        EXPECT_THAT(judge_answers(web_of(walked({failed(site, fault)}, End::failed)), context),
                    IsEmpty());
}

TEST(Answers, OfTwoSitesUnderOneNameAreAWarning) {
    const auto web_with = [](const char* secure, const char* clear) {
        return web_of(walked({page_at(site, fmt::format("<title>{}</title>", secure))}),
                      walked({page_at(clear_site, fmt::format("<title>{}</title>", clear))}));
    };
    const auto findings = judge_answers(web_with("Welcome to nginx!", "Maps of Example"), context);
    ASSERT_THAT(ids_of(findings), ElementsAre("http.host.other-site"));
    EXPECT_THAT(findings[0].sentence, HasSubstr("«Welcome to nginx!»"));
    for (const auto& [secure, clear] :
         {std::pair{"Maps", "Maps"}, {"Maps (3)", "maps (4)"}, {"", "Maps"}, {"Karte", "!"}})
        EXPECT_THAT(judge_answers(web_with(secure, clear), context), IsEmpty()) << secure;
    auto unrelated = web_with("A", "B");
    unrelated.is_clear_related = false;
    EXPECT_THAT(judge_answers(unrelated, context), IsEmpty());
}

// Http beside https.

std::vector<std::string> beside(const Web& web) { return ids_of(judge_beside(web, context)); }

TEST(Beside, HttpThatLeadsToHttpsOrRefusesIsWell) {
    const auto well = walked({heard(site, 200)});
    EXPECT_THAT(beside(web_of(well)), IsEmpty());
    EXPECT_THAT(beside(web_of(well, walked({leading(clear_site, site), heard(site, 200)}))),
                IsEmpty());
    EXPECT_THAT(beside(web_of(well, walked({heard(clear_site, 403)}))), IsEmpty());
    EXPECT_THAT(beside(web_of(well, walked({heard(clear_site, 404)}))), IsEmpty());
}

TEST(Beside, HttpThatGivesWhatHttpsRefusesIsAnError) {
    for (const int status : {401, 403}) {
        const auto findings = judge_beside(
            web_of(walked({heard(site, status)}), walked({heard(clear_site, 200)})), context);
        ASSERT_THAT(ids_of(findings), ElementsAre("http.open"));
        EXPECT_EQ(findings[0].severity, Severity::error);
        EXPECT_THAT(findings[0].sentence, HasSubstr(std::to_string(status)));
    }
    const auto to_login =
        walked({leading(site, "/login", 302), page_at("https://gis.example.org/login", login)});
    EXPECT_THAT(beside(web_of(to_login, walked({page_at(clear_site, "<p>all maps")}))),
                ElementsAre("http.open"));
    // A login on both sides is told as a login in the clear.
    EXPECT_THAT(beside(web_of(to_login, walked({page_at(clear_site, login)}))), IsEmpty());
}

TEST(Beside, HttpThatGivesTheSameIsANoteForNamesOfTheInternet) {
    EXPECT_THAT(beside(web_of(walked({heard(site, 200)}), walked({heard(clear_site, 200)}))),
                ElementsAre("http.also"));
    EXPECT_THAT(judge_beside(web_of(walked({heard(site, 200)}), walked({heard(clear_site, 200)})),
                             {.about = "ours", .is_ours = true}),
                IsEmpty());
    for (const auto* host : {"localhost", "192.168.1.5", "gis", "gis.local"})
        EXPECT_THAT(beside(web_of(walked({heard(fmt::format("https://{}/", host), 200)}),
                                  walked({heard(fmt::format("http://{}/", host), 200)}))),
                    IsEmpty())
            << host;
    auto unrelated = web_of(walked({heard("https://gis.example.org:8443/", 200)}),
                            walked({heard(clear_site, 200)}));
    unrelated.is_clear_related = false;
    EXPECT_THAT(beside(unrelated), IsEmpty());
}

TEST(Beside, HttpThatAsksForAPasswordIsAnError) {
    const auto asking =
        walked({heard(clear_site, 401,
                      {{"www-authenticate", "Negotiate"}, {"www-authenticate", "BASIC realm=x"}})});
    EXPECT_THAT(beside(web_of(walked({heard(site, 401)}), asking)), ElementsAre("http.auth.clear"));
    EXPECT_THAT(beside(web_of(asking)), ElementsAre("http.auth.clear"));
    EXPECT_THAT(
        beside(web_of(walked({heard(site, 401)}),
                      walked({heard(clear_site, 401, {{"www-authenticate", "Digest x"}})}))),
        IsEmpty());
}

TEST(Beside, AnHttpTargetIsHeldAgainstItsHttps) {
    auto web = web_of(walked({heard(clear_site, 200)}));
    EXPECT_THAT(beside(web), IsEmpty());
    web.secure = failed(site, Fault::connect);
    EXPECT_THAT(beside(web), ElementsAre("http.only"));
    web.secure = heard(site, 200);
    EXPECT_THAT(beside(web), ElementsAre("http.also"));
    EXPECT_THAT(beside(web_of(walked({leading(clear_site, site), heard(site, 200)}))), IsEmpty());
}

// Cookies.

std::vector<std::string> cookies(std::vector<std::string> values, const std::string& url = site) {
    std::vector<fetch::Header> headers;
    for (auto& value : values) headers.push_back({"set-cookie", std::move(value)});
    return ids_of(judge_cookies(web_of(walked({heard(url, 200, headers)})), context));
}

TEST(Cookies, ThatAreSecureOrMeanNothingAreWell) {
    EXPECT_THAT(cookies({"JSESSIONID=1; Path=/; Secure; HttpOnly", "lang=de; Path=/", "x"}),
                IsEmpty());
    EXPECT_THAT(cookies({"sid=; Max-Age=0; HttpOnly"}), IsEmpty());
    EXPECT_THAT(cookies({"JSESSIONID=1; HttpOnly"}, clear_site), IsEmpty());
}

TEST(Cookies, OfALoginWithoutSecureAreAWarning) {
    for (const auto* value : {"JSESSIONID=1", "a=b; httponly", "agstoken=1; path=/arcgis/rest",
                              "PHPSESSID=1", "connect.sid=1"})
        EXPECT_THAT(cookies({value}), ElementsAre("http.cookie.clear")) << value;
    EXPECT_THAT(cookies({"JSESSIONID=1", "AUTH=2"}), ElementsAre("http.cookie.clear"));
}

TEST(Cookies, ThatBrowsersDoNotKeepAreAWarning) {
    for (const auto* value : {"a=b; SameSite=None", "__Secure-a=b", "__Host-sid=1; Path=/"})
        EXPECT_THAT(cookies({value}), ElementsAre("http.cookie.refused")) << value;
    EXPECT_THAT(cookies({"a=b; SameSite=None; Secure"}), IsEmpty());
}

// Clocks.

Web web_dated(std::string date, std::vector<fetch::Header> more = {}) {
    more.push_back({"date", std::move(date)});
    return web_of(walked({heard(site, 200, std::move(more))}));
}
const ClockContext nothing_known{};

TEST(ServerClock, IsWellWithinFiveMinutes) {
    for (const auto* date : {"Mon, 23 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 2026 12:05:00 GMT",
                             "Mon, 23 Nov 2026 11:55:00 GMT", "nonsense"})
        EXPECT_THAT(judge_clock(web_dated(date), context, nothing_known), IsEmpty()) << date;
    EXPECT_THAT(judge_clock(web_of(walked({heard(site, 200)})), context, nothing_known), IsEmpty());
    EXPECT_THAT(judge_clock(web_dated("Mon, 23 Nov 2026 10:00:00 GMT", {{"age", "7200"}}), context,
                            nothing_known),
                IsEmpty());
}

TEST(ServerClock, ThatIsFarOffIsBlamedByWhatIsKnown) {
    const auto ahead = web_dated("Mon, 23 Nov 2026 15:00:00 GMT");
    const auto behind = web_dated("Fri, 20 Nov 2026 12:00:00 GMT");
    const auto unknown = judge_clock(ahead, context, nothing_known);
    ASSERT_THAT(ids_of(unknown), ElementsAre("clock.apart"));
    EXPECT_THAT(unknown[0].sentence, HasSubstr("3 hours ahead of"));
    const auto wrong = judge_clock(behind, context, {.is_here_synchronised = true});
    ASSERT_THAT(ids_of(wrong), ElementsAre("clock.server.wrong"));
    EXPECT_THAT(wrong[0].sentence, HasSubstr("3 days behind"));
    EXPECT_THAT(
        ids_of(judge_clock(behind, context, {.certificate_begin = noon - std::chrono::days{1}})),
        ElementsAre("clock.server.wrong"));
    EXPECT_THAT(
        ids_of(judge_clock(ahead, context, {.certificate_begin = noon + std::chrono::hours{1}})),
        ElementsAre("clock.here.wrong"));
}

}  // namespace
}  // namespace rhumb::doctor
