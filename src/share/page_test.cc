#include "share/page.h"

#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "share/example.h"
#include "share/making.h"

namespace rhumb::share {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PageForVisitors : public testing::Test {
protected:
    std::string page(const Visit& visit) const { return render_page(offer_, visit); }
    static Visit usual() {
        Visit visit;
        visit.device = {Platform::windows, false};
        visit.around = {.shown = Shown::own,
                        .https_origin = "https://gis.test:8443",
                        .http_origin = "http://gis.test:8080",
                        .other_https_origin = "https://192.0.2.7:8443",
                        .origin_for_others = "http://gis.test:8080"};
        return visit;
    }

    const Installation installation_ = example_installation();
    const Offer offer_ = *Offer::make(installation_);
};

/// Every href and src of a page.
std::vector<std::string> links_of(const std::string& html) {
    std::vector<std::string> links;
    const std::regex link{"(?:href|src)=\"([^\"]*)\""};
    for (auto at = std::sregex_iterator{html.begin(), html.end(), link};
         at != std::sregex_iterator{}; ++at)
        links.push_back((*at)[1]);
    return links;
}

TEST_F(PageForVisitors, LeadsToFilesThatThereAre) {
    auto visit = usual();
    visit.wants_all = true;
    std::size_t files = 0;
    for (const auto& link : links_of(page(visit))) {
        SCOPED_TRACE(link);
        if (!link.starts_with("/trust/")) continue;
        const auto below = link.substr(7);
        if (below == "page.css" || below == "page.js" || below == "icon.svg") continue;
        EXPECT_NE(offer_.find(below), nullptr);
        ++files;
    }
    EXPECT_GT(files, 20U);
}

TEST_F(PageForVisitors, AsksNobodyElse) {
    for (const auto& link : links_of(page(usual())))
        EXPECT_TRUE(link.starts_with("/trust") || link.starts_with("https://gis.test:8443/trust") ||
                    link.starts_with("http://gis.test:8080/trust"))
            << link;
}

TEST_F(PageForVisitors, OpensTheirOwnDeviceFirstAndTheOthersOnAClick) {
    const auto html = page(usual());

    EXPECT_THAT(html, HasSubstr("<details class=\"device\" id=\"windows\" open>"));
    EXPECT_THAT(html, HasSubstr("<details class=\"device\" id=\"ios\">"));
    EXPECT_LT(html.find("id=\"windows\""), html.find("id=\"macos\""));

    auto other = usual();
    other.chosen = Platform::java;
    EXPECT_LT(page(other).find("id=\"java\" open"), page(other).find("id=\"windows\">"));

    auto unknown = usual();
    unknown.device = {};
    EXPECT_THAT(page(unknown), AllOf(HasSubstr("Choose your device"), Not(HasSubstr("\" open>"))));
}

TEST_F(PageForVisitors, OpensEverythingForAPrinter) {
    auto visit = usual();
    visit.wants_all = true;
    const auto html = page(visit);
    for (const auto platform : all_platforms)
        EXPECT_THAT(html, HasSubstr(fmt::format("id=\"{}\" open>", to_text(platform))));
}

TEST_F(PageForVisitors, ShowsTheFingerprintInGroups) {
    const auto digest = installation_.roots[0].fingerprint_sha256();
    auto spelled = std::regex_replace(spelled_fingerprint(digest), std::regex{"<[^>]*>|\\s"}, "");
    auto expected = pki::to_colon_hex(digest);
    std::erase(expected, ':');

    EXPECT_EQ(spelled, expected);
    EXPECT_THAT(page(usual()), HasSubstr(spelled_fingerprint(digest)));
    EXPECT_THAT(page(usual()), HasSubstr(to_thumbprint(installation_.roots[0].fingerprint_sha1())));
}

TEST_F(PageForVisitors, TellsWhatTheRootMayVouchFor) {
    EXPECT_THAT(page(usual()),
                AllOf(HasSubstr("<code>localhost</code>"), HasSubstr("<code>127.0.0.0/8</code>")));

    const auto unlimited = *Offer::make({{odd_root()}, ""});
    const auto html = render_page(unlimited, usual());
    EXPECT_THAT(html, HasSubstr("<b>any</b> name"));
    EXPECT_THAT(html, HasSubstr("A &quot;b&quot; &#39;c&#39; $(d) `e` %f% &amp; &lt;g&gt; (é)"));
}

TEST_F(PageForVisitors, ShowsBothRootsWhileOneReplacesTheOther) {
    const auto changing = changing_installation();
    const auto html = render_page(*Offer::make(changing), usual());

    EXPECT_THAT(html, AllOf(HasSubstr("(in use now)"), HasSubstr("(takes its place soon)"),
                            HasSubstr("Install both"), HasSubstr("/trust/next.cer")));
    for (const auto& root : changing.roots)
        EXPECT_THAT(html, AllOf(HasSubstr(spelled_fingerprint(root.fingerprint_sha256())),
                                HasSubstr("/trust/windows/" + file_stem(root) + ".cer")));
    EXPECT_THAT(page(usual()), Not(HasSubstr("next.cer")));
}

TEST_F(PageForVisitors, SaysWhenNothingNeedsToBeInstalled) {
    auto visit = usual();
    EXPECT_THAT(page(visit), Not(HasSubstr("role=\"note\"")));

    visit.around.shown = Shown::others;
    EXPECT_THAT(
        page(visit),
        HasSubstr("<b>Nothing needs to be installed for <b class=\"host\">gis.test:8443</b>:</b>"));
    visit.around.shown = Shown::self_signed;
    EXPECT_THAT(page(visit), HasSubstr("vouches for itself alone"));
    visit.around.shown = Shown::nobodys;
    EXPECT_THAT(page(visit), HasSubstr("does not answer over https"));

    const auto none = render_page(Offer{}, usual());
    EXPECT_THAT(none, AllOf(HasSubstr("no authority of its own"), Not(HasSubstr("SHA-256"))));
}

TEST_F(PageForVisitors, WarnsOfItselfOverHttps) {
    auto visit = usual();
    visit.is_secure = true;
    EXPECT_THAT(page(visit), HasSubstr("anybody may have written what you read here"));
}

TEST_F(PageForVisitors, GivesTheCheckWhatItLooksAt) {
    EXPECT_THAT(
        page(usual()),
        HasSubstr(
            R"(data-https="https://gis.test:8443/trust/check" data-worker="/trust/worker.js" )"
            R"(data-scope="/trust/" data-other="https://192.0.2.7:8443/trust/check")"));
    auto visit = usual();
    visit.around.https_origin = "";
    EXPECT_THAT(page(visit), Not(HasSubstr("data-https")));
}

TEST_F(PageForVisitors, ShowsACodeForPhonesOnlyWhereTheyCanReachIt) {
    EXPECT_THAT(page(usual()), HasSubstr("aria-label=\"QR code of http://gis.test:8080/trust\""));
    auto visit = usual();
    visit.around.origin_for_others = "";
    EXPECT_THAT(page(visit), AllOf(Not(HasSubstr("<svg")),
                                   HasSubstr("under a name that other machines can reach")));
}

TEST_F(PageForVisitors, HasNothingInlineThatThePolicyForbids) {
    auto visit = usual();
    visit.wants_all = true;
    EXPECT_THAT(page(visit), AllOf(Not(HasSubstr("style=")), Not(HasSubstr("<style")),
                                   Not(testing::ContainsRegex("<script[^>]*>[^<]")),
                                   Not(testing::ContainsRegex(" on[a-z]+=\""))));
}

TEST(PagePolicy, AllowsAskingWhereTheCheckLooksAndNothingElse) {
    EXPECT_EQ(page_policy({.https_origin = "https://gis.test:8443",
                           .other_https_origin = "https://192.0.2.7:8443"}),
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
              "connect-src 'self' https://gis.test:8443 https://192.0.2.7:8443; worker-src 'self'; "
              "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    EXPECT_THAT(page_policy({.https_origin = "https://[::1]:8443"}),
                HasSubstr("connect-src 'self' https:; "));
    EXPECT_THAT(page_policy({.https_origin = "https://a; script-src *"}), Not(HasSubstr("*")));
}

}  // namespace
}  // namespace rhumb::share
