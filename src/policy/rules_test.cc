#include "policy/rules.h"

#include <gtest/gtest.h>

#include "config/allowed.h"

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

config::AllowList list(std::initializer_list<const char*> texts) {
    return *config::parse_allow_list({texts.begin(), texts.end()});
}

http::Caller somebody(std::string name, std::vector<std::string> roles = {}) {
    http::Caller caller;
    caller.by = http::Caller::By::token;
    caller.user = std::move(name);
    caller.roles = std::move(roles);
    return caller;
}

TEST(Rules, InheritEachOfTheThreeByItself) {
    const Rules rules{
        of_site(redirect_it),
        {{.path = "/a", .where = "a", .allow = list({"role:planners"})},
         {.path = "/a/b", .where = "b", .client_certificate = config::ClientCertificate::require},
         {.path = "/a/b/c", .where = "c", .require_https = refuse_it}}};
    const auto holding = rules.at("/a/b/c/d");
    EXPECT_EQ(holding.https_by->where, "c");
    EXPECT_EQ(holding.certificate_by->where, "b");
    ASSERT_EQ(holding.allow_by.size(), 1U);
    EXPECT_EQ(holding.allow_by[0]->where, "a");
    EXPECT_EQ(rules.at("/a").https_by->where, "the site");
    EXPECT_EQ(rules.at("/x").open_by->where, "the site");
    EXPECT_TRUE(rules.wants_certificates());
    EXPECT_FALSE(make(no, {{"/a", refuse_it}}).wants_certificates());
}

TEST(Rules, HaveEveryListOnTheSameContentLetTheCallerIn) {
    const Rules rules{of_site(no),
                      {{.path = "/a", .allow = list({"role:planners"})},
                       {.path = "/A", .ignores_case = true, .allow = list({"user:ann"})},
                       {.path = "/d/index.html", .is_file = true, .allow = list({"user:bob"})},
                       {.path = "/d", .allow = list({"role:planners"})}},
                      {"index.html"}};
    const auto admits = [&](const char* path, const http::Caller& caller) {
        return admit(rules.at(path), caller, "") == Admission::admitted;
    };
    EXPECT_TRUE(admits("/a", somebody("ann", {"planners"})));
    EXPECT_FALSE(admits("/a", somebody("ann")));
    EXPECT_FALSE(admits("/a", somebody("bob", {"planners"})));
    EXPECT_TRUE(admits("/A", somebody("ann")));
    EXPECT_TRUE(admits("/d/", somebody("bob", {"planners"})));
    EXPECT_FALSE(admits("/d/", somebody("bob")));
    EXPECT_FALSE(admits("/d/", somebody("ann", {"planners"})));
    EXPECT_TRUE(admits("/d/index.html", somebody("bob")));
}

TEST(Admit, SaysWhetherItHelpsToSignIn) {
    const Rules rules{of_site(no),
                      {{.path = "/people", .allow = list({"role:planners", "user:bob"})},
                       {.path = "/inside", .allow = list({"address:10.0.0.0/8"})},
                       {.path = "/either", .allow = list({"address:10.0.0.0/8", "authenticated"})},
                       {.path = "/strangers", .allow = list({"role:Anonymous"})}}};
    const auto of = [&](const char* path, const http::Caller& caller, const char* ip) {
        return admit(rules.at(path), caller, ip);
    };
    EXPECT_EQ(of("/people", {}, "10.1.1.1"), Admission::unknown);
    EXPECT_EQ(of("/people", somebody("Bob"), ""), Admission::admitted);
    EXPECT_EQ(of("/people", somebody("ann", {"planners"}), ""), Admission::admitted);
    EXPECT_EQ(of("/people", somebody("ann", {"planners2"}), ""), Admission::denied);
    EXPECT_EQ(of("/inside", {}, "10.1.1.1"), Admission::admitted);
    EXPECT_EQ(of("/inside", {}, "11.1.1.1"), Admission::denied);
    EXPECT_EQ(of("/inside", somebody("ann"), "11.1.1.1"), Admission::denied);
    EXPECT_EQ(of("/either", {}, "11.1.1.1"), Admission::unknown);
    EXPECT_EQ(of("/either", somebody("ann"), "11.1.1.1"), Admission::admitted);
    EXPECT_EQ(of("/strangers", {}, ""), Admission::admitted);
    EXPECT_EQ(of("/strangers", somebody("ann"), ""), Admission::denied);
    EXPECT_EQ(of("/elsewhere", {}, ""), Admission::admitted);

    // A certificate that is good and nobody's makes nobody somebody.
    http::Caller unmapped;
    unmapped.by = http::Caller::By::certificate;
    EXPECT_EQ(of("/either", unmapped, ""), Admission::denied);
}

TEST(NeedsPerson, IsSoWhereNoAddressIsEnough) {
    const auto needs = [](std::initializer_list<const char*> texts) {
        return Rules{of_site(no), {{.path = "/a", .allow = list(texts)}}}.at("/a").needs_person();
    };
    EXPECT_TRUE(needs({"authenticated"}));
    EXPECT_TRUE(needs({"role:a", "user:b"}));
    EXPECT_TRUE(needs({"role:Authenticated"}));
    EXPECT_FALSE(needs({"anyone"}));
    EXPECT_FALSE(needs({"role:everyone"}));
    EXPECT_FALSE(needs({"role:ANONYMOUS", "role:a"}));
    EXPECT_FALSE(needs({"role:a", "address:::1"}));
}

TEST(IsInNetwork, KnowsBothFamiliesAndNothingElse) {
    struct NetworkCase {
        const char* ip;
        const char* network;
        bool is_in;
    };
    for (const auto& c : {NetworkCase{"192.0.2.7", "192.0.2.0/24", true},
                          {"192.0.3.7", "192.0.2.0/24", false},
                          {"192.0.2.7", "192.0.2.7", true},
                          {"192.0.2.8", "192.0.2.7", false},
                          {"192.0.2.7", "192.0.2.99/24", true},
                          {"1.2.3.4", "0.0.0.0/0", true},
                          {"128.0.0.1", "128.0.0.0/1", true},
                          {"127.0.0.1", "128.0.0.0/1", false},
                          {"::ffff:192.0.2.7", "192.0.2.0/24", true},
                          {"192.0.2.7", "::ffff:192.0.2.0/120", true},
                          {"192.0.2.7", "::/0", false},
                          {"::1", "0.0.0.0/0", false},
                          {"2001:db8::1", "2001:db8::/32", true},
                          {"2001:DB8:0:0::1", "2001:db8::/32", true},
                          {"2001:db9::1", "2001:db8::/32", false},
                          {"2001:db8:8000::1", "2001:db8::/33", false},
                          {"2001:db8::1", "2001:db8::1", true},
                          {"fe80::1%eth0", "fe80::/10", true},
                          {"fe80::1", "fe80::%eth0/10", false},
                          {"", "0.0.0.0/0", false},
                          {"192.0.2", "0.0.0.0/0", false},
                          {"192.0.2.07", "0.0.0.0/0", false},
                          {"192.0.2.7 ", "0.0.0.0/0", false},
                          {"3221225991", "0.0.0.0/0", false},
                          {"192.0.2.7", "", false},
                          {"192.0.2.7", "192.0.2.0/", false},
                          {"192.0.2.7", "192.0.2.0/33", false},
                          {"192.0.2.7", "192.0.2.0/-1", false},
                          {"192.0.2.7", "192.0.2.0/24/24", false},
                          {"192.0.2.7", "example.org", false}}) {
        SCOPED_TRACE(std::string{c.ip} + " in " + c.network);
        EXPECT_EQ(is_in_network(c.ip, c.network), c.is_in);
    }
}

TEST(Rules, CostNoMoreForALongPathThanTheLongestStatement) {
    const auto rules = make(refuse_it, {{"/a/b", no}});
    std::string path;
    for (int i = 0; i < 100'000; ++i) path += "/a";
    EXPECT_EQ(rules.at(path).require_https, refuse_it);
    EXPECT_EQ(rules.at("/a/b" + path).require_https, no);
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
