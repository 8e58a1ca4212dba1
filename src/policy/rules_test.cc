#include "policy/rules.h"

#include <gtest/gtest.h>

namespace rhumb::policy {
namespace {

using config::RequireHttps;
constexpr auto no = RequireHttps::no;
constexpr auto refuse_it = RequireHttps::refuse;
constexpr auto redirect_it = RequireHttps::redirect;

/// A statement about HTTPS.
struct Https {
    const char* path;
    RequireHttps rule;
    bool ignores_case = false;
    bool is_file = false;
};

Statement of_site(RequireHttps rule) {
    return {"/",
            "the site",
            false,
            false,
            rule,
            config::ClientCertificate::ignore,
            config::AllowList{{config::Allowed::Kind::anyone, {}}}};
}

Rules make(RequireHttps site, std::initializer_list<Https> said,
           std::vector<std::string> index_names = {}) {
    std::vector<Statement> statements;
    for (const auto& one : said)
        statements.push_back({one.path, one.path, one.ignores_case, one.is_file, one.rule});
    return {of_site(site), std::move(statements), std::move(index_names)};
}

struct Case {
    std::string_view path;
    RequireHttps holds;
};

void expect(const Rules& rules, std::initializer_list<Case> cases) {
    for (const auto& c : cases) {
        SCOPED_TRACE(c.path);
        const auto holding = rules.at(c.path);
        EXPECT_EQ(holding.require_https, c.holds);
        EXPECT_TRUE(holding.allow_by.empty());
    }
}

TEST(Rules, HoldForTheWholeSite) {
    expect(make(no, {}), {{"/", no}, {"/a", no}, {"/a/b/", no}});
    expect(make(redirect_it, {}),
           {{"/", redirect_it}, {"/a", redirect_it}, {"/a/b/c", redirect_it}});
    expect(make(no, {{"/", refuse_it}}), {{"/", refuse_it}, {"/a", refuse_it}});
}

TEST(Rules, AreInheritedAndTheNearestStatementWins) {
    const Rules rules = make(redirect_it, {{"/private", refuse_it},
                                           {"/private/open", no},
                                           {"/private/open/closed/", refuse_it},
                                           {"/private/open/plan.html", redirect_it}});
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

TEST(Rules, OnAFileHoldForThatFileAlone) {
    const Rules rules = make(no, {{"/a/login.html", refuse_it, false, true},
                                  {"/b", refuse_it},
                                  {"/b/open.html", no, false, true}});
    expect(rules, {{"/a/login.html", refuse_it},
                   {"/a/login.html2", no},
                   {"/a/login.html/b", no},
                   {"/a/", no},
                   {"/a/other.html", no},
                   {"/b/open.html", no},
                   {"/b/other.html", refuse_it},
                   {"/b/", refuse_it}});
}

TEST(Rules, CannotBePassedByAnotherAddressOfTheSameFile) {
    const Rules rules = make(no,
                             {{"/a/index.html", refuse_it, false, true},
                              {"/b", refuse_it},
                              {"/b/index.html", no, false, true},
                              {"/c/x.json", redirect_it, false, true}},
                             {"index.html", "index.htm"});
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

TEST(Rules, TakeWhatIsNamedLikeAnIndexForAFile) {
    expect(make(no, {{"/a/index.html", refuse_it}, {"/index.html", refuse_it}}, {"index.html"}),
           {{"/a/", refuse_it},
            {"/a/index.html", refuse_it},
            {"/a/b", no},
            {"/", refuse_it},
            {"/b/", no}});
}

TEST(Rules, IgnoreCaseWhereTheCatalogueDoes) {
    const Rules rules = make(no, {{"/ArcGIS/rest/services/Hydro", refuse_it, true},
                                  {"/arcgis/rest/services/Hydro/Open", no, true},
                                  {"/Files", refuse_it}});
    expect(rules, {{"/arcgis/REST/services/hydro", refuse_it},
                   {"/arcgis/rest/services/HYDRO/Rivers/MapServer", refuse_it},
                   {"/arcgis/rest/services/hydro/open/MapServer", no},
                   {"/arcgis/rest/services/Hydrology", no},
                   {"/files/a", no},
                   {"/Files/a", refuse_it}});
}

TEST(Rules, HoldTheStricterOfTwoOnTheSamePath) {
    expect(make(no, {{"/a", no}, {"/a/", refuse_it}, {"/a", redirect_it}}), {{"/a", refuse_it}});
    expect(make(no, {{"/a", no}, {"/A", redirect_it, true}}),
           {{"/a", redirect_it}, {"/A", redirect_it}});
}

TEST(Rules, NeverStandBeforeWellKnown) {
    const Rules rules = make(
        refuse_it,
        {{"/.well-known", refuse_it}, {"/.well-known/acme-challenge/x", refuse_it, false, true}});
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

}  // namespace
}  // namespace rhumb::policy
