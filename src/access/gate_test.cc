#include "access/gate.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "access/gate_testing.h"
#include "base/text.h"

namespace rhumb::access {
namespace {

using config::Allowed;
using ::testing::HasSubstr;
using ::testing::Not;
using Headers = std::vector<std::pair<std::string, std::string>>;

const config::AllowList anyone{{Allowed::Kind::anyone, ""}};
const config::AllowList planners{{Allowed::Kind::role, "planners"}};
const config::AllowList office{{Allowed::Kind::address, "192.0.2.0/24"}};

constexpr const char* page = "text/html,application/xhtml+xml,*/*;q=0.8";
constexpr const char* secret_service = "/arcgis/rest/services/Plans/MapServer";

/// ann is a planner, bob is not. /private is for planners, /office for an address, the service
/// Plans for planners; all else is open.
class Gated : public GateWithUsers {
protected:
    Gated() {
        add("ann");
        add("bob");
        EXPECT_TRUE(roles_->add({.name = "planners"}, actor_));
        give("planners", "user:ann");
        clock_.set(1'000'010);
        allow({{"/private", planners},
               {"/office", office},
               {"/arcgis/rest/services/Plans", planners}});
        ann_ = token_of("ann");
        bob_ = token_of("bob");
    }

    /// code and message that a GIS client reads; 0: it was let in.
    std::pair<int, std::string> gis(const Asked& asked) {
        const auto told = ask(asked);
        if (told.is_let_in) return {0, told.user};
        EXPECT_EQ(told.status, 200);
        EXPECT_EQ(told.header("access-control-allow-origin"), "*");
        const auto error = nlohmann::json::parse(told.body)["error"];
        EXPECT_TRUE(error["details"].is_array());
        return {error["code"].get<int>(), error["message"].get<std::string>()};
    }

    std::string ann_;
    std::string bob_;
};

TEST_F(Gated, LetsAnyoneInWhereNothingIsSaid) {
    const auto told = ask({"/open"});
    EXPECT_TRUE(told.is_let_in);
    EXPECT_FALSE(told.is_personal);
    EXPECT_EQ(told.user, "");
}

TEST_F(Gated, TakesATokenFromHeaderFormAndQueryInThisOrder) {
    const std::string target = std::string{secret_service} + "?f=json";
    const auto esri = [](const std::string& token) {
        return Headers{{"x-esri-authorization", "Bearer " + token + " "}};  // as QGIS sends it
    };
    const auto bearer = [](const std::string& token) {
        return Headers{{"authorization", "bearer   " + token}};
    };
    const Headers form{{"content-type", "application/x-www-form-urlencoded"}};
    const std::pair<int, std::string> ann{0, "ann"};
    EXPECT_EQ(gis({.target = target, .headers = esri(ann_)}), ann);
    EXPECT_EQ(gis({.target = target, .headers = bearer(ann_)}), ann);
    EXPECT_EQ(gis({.target = target + "&token=" + ann_}), ann);
    EXPECT_EQ(gis({.target = target + "&To%6BEN=" + ann_}), ann);
    EXPECT_EQ(gis({secret_service, true, "POST", form, "f=json&token=" + ann_}), ann);
    EXPECT_EQ(gis({secret_service,
                   true,
                   "POST",
                   {{"content-type", "multipart/form-data; boundary=x"}},
                   "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + ann_ +
                       "\r\n--x--\r\n"}),
              ann);
    // The nearer one counts, though the other would do.
    EXPECT_EQ(gis({.target = target + "&token=" + ann_, .headers = esri(bob_)}).first, 403);
    EXPECT_EQ(gis({.target = target + "&token=" + bob_, .headers = esri(ann_)}), ann);
    EXPECT_EQ(gis({target + "&token=" + bob_, true, "POST", form, "token=" + ann_}), ann);
    Headers both{{"authorization", "Bearer " + bob_}};
    both.push_back(esri(ann_)[0]);
    EXPECT_EQ(gis({.target = target, .headers = both}), ann);
    // What the field may hold beside a token of ours.
    EXPECT_EQ(gis({.target = target, .headers = {{"authorization", "Negotiate abc"}}}).first, 499);
}

TEST_F(Gated, SaysWhatGisClientsLookFor) {
    const std::string target = std::string{secret_service} + "?f=json";
    using Pair = std::pair<int, std::string>;
    EXPECT_EQ(gis({target}), (Pair{499, "Token Required"}));
    EXPECT_EQ(gis({target + "&token="}), (Pair{499, "Token Required"}));
    EXPECT_EQ(gis({target + "&token=nonsense"}), (Pair{498, "Invalid token."}));
    EXPECT_EQ(gis({target + "&token=" + ann_.substr(0, ann_.size() - 3)}).first, 498);
    EXPECT_EQ(
        gis({target + "&token=" + bob_}),
        (Pair{403,
              "You do not have permissions to access this resource or perform this operation."}));
    // A bad token is told of where none would be needed, as ArcGIS does.
    EXPECT_EQ(gis({"/arcgis/rest/services?f=json&token=nonsense"}).first, 498);
    EXPECT_EQ(gis({"/arcgis/rest/services?f=json&token=" + bob_}), (Pair{0, "bob"}));
    EXPECT_EQ(gis({"/arcgis/rest/info?f=json&token=nonsense"}).first, 0);
    clock_.set(1'000'010 + 3601);
    EXPECT_EQ(gis({target + "&token=" + ann_}).first, 498);
}

TEST_F(Gated, SaysWhyATokenDoesNotCount) {
    const auto bound = token_of("ann", {identity::TokenBinding::Kind::referer, "https://app.test"});
    const std::string target = std::string{secret_service} + "?f=json&token=" + bound;
    EXPECT_EQ(gis({.target = target, .headers = {{"referer", "https://app.test/x"}}}).first, 0);
    const auto told = ask({target});
    const auto reason = nlohmann::json::parse(told.body)["error"]["details"][0].get<std::string>();
    EXPECT_THAT(reason, HasSubstr("referer"));
    EXPECT_THAT(told.body, Not(HasSubstr(bound.substr(0, 20))));
}

TEST_F(Gated, IsReadByFunctionsOfCallersAndByPictures) {
    const auto called = ask({std::string{secret_service} + "?f=json&callback=dojo.io_1"});
    EXPECT_THAT(called.body, HasSubstr("dojo.io_1({\"error\""));
    EXPECT_EQ(called.header("content-type"), "application/javascript; charset=utf-8");
    const auto evil = ask({std::string{secret_service} + "?f=json&callback=alert(1)//"});
    EXPECT_THAT(evil.body, Not(HasSubstr("alert")));
    const auto picture = ask({std::string{secret_service} + "/export?f=image"});
    EXPECT_EQ(picture.status, 401);
    EXPECT_THAT(picture.body, HasSubstr("499"));
    const auto denied = ask({std::string{secret_service} + "/export?f=image&token=" + bob_});
    EXPECT_EQ(denied.status, 403);
}

TEST_F(Gated, SendsPeopleToThePageForSigningInAndBack) {
    const auto told =
        ask({.target = "/private/a%20b?x=1&token=abc", .headers = {{"accept", page}}});
    EXPECT_EQ(told.status, 401);  // first it is told that the token is bad
    const auto plain = ask({.target = "/private/a%20b?x=1", .headers = {{"accept", page}}});
    EXPECT_EQ(plain.status, 303);
    EXPECT_EQ(plain.header("location"), "/login?return=/private/a%2520b%3Fx%3D1");
    EXPECT_EQ(plain.header("cache-control"), "no-store");
    const auto service = ask({.target = secret_service, .headers = {{"accept", page}}});
    EXPECT_EQ(service.status, 303);
    // A part of a page, and what is posted, is told.
    for (const auto* method : {"GET", "POST"}) {
        const auto part = ask({.target = "/private",
                               .method = method,
                               .headers = {{"accept", method[0] == 'G' ? "image/*" : page}}});
        EXPECT_EQ(part.status, 401);
        EXPECT_THAT(part.header("www-authenticate"), HasSubstr("Bearer"));
        EXPECT_THAT(part.body, HasSubstr("/login?return=/private"));
    }
}

TEST_F(Gated, TellsProgramsInTheirOwnWords) {
    const Headers json{{"accept", "application/json"}};
    const auto told = ask({.target = "/private", .headers = json});
    EXPECT_EQ(told.status, 401);
    EXPECT_EQ(told.header("content-type"), "application/problem+json; charset=utf-8");
    EXPECT_EQ(nlohmann::json::parse(told.body)["status"], 401);
    EXPECT_EQ(told.header("www-authenticate"), "Bearer realm=\"Rhumb\"");
    auto bad = json;
    bad.emplace_back("authorization", "Bearer nonsense");
    EXPECT_THAT(ask({.target = "/private", .headers = bad}).header("www-authenticate"),
                HasSubstr("invalid_token"));
}

TEST_F(Gated, NeverSendsWhoIsSignedInToThePageForSigningIn) {
    const auto session = session_of("bob");
    const auto told =
        ask({.target = "/private?<x>",
             .headers = {{"accept", page},
                         {"cookie", std::string{session_cookie} + "=" + session.secret}}});
    EXPECT_EQ(told.status, 403);
    EXPECT_THAT(told.body, HasSubstr("You are known here as bob"));
    EXPECT_THAT(told.body, HasSubstr("/login?return="));
}

TEST_F(Gated, SaysThatAnAddressIsNotOneOfThose) {
    EXPECT_TRUE(ask({.target = "/office", .ip = "192.0.2.7"}).is_let_in);
    const auto told = ask({.target = "/office", .headers = {{"accept", page}}});
    EXPECT_EQ(told.status, 403);
    EXPECT_EQ(told.substatus, 6);
    EXPECT_TRUE(
        ask({.target = "/office", .headers = {{"x-forwarded-for", "192.0.2.7"}}, .ip = "10.0.0.1"})
            .is_let_in);
    EXPECT_FALSE(
        ask({.target = "/office", .headers = {{"x-forwarded-for", "192.0.2.7"}}}).is_let_in);
}

TEST_F(Gated, ServesNothingInTheClearThatNeedsAPerson) {
    const auto told = ask({.target = "/private", .is_secure = false});
    EXPECT_EQ(told.status, 403);
    EXPECT_EQ(told.substatus, 4);
    EXPECT_THAT(told.body, HasSubstr("https://gis.test/private"));
    EXPECT_TRUE(ask({.target = "/open", .is_secure = false}).is_let_in);
    EXPECT_TRUE(ask({.target = "/office", .is_secure = false, .ip = "192.0.2.7"}).is_let_in);
    const auto service =
        gis({.target = std::string{secret_service} + "?f=json", .is_secure = false});
    EXPECT_EQ(service, (std::pair<int, std::string>{403, "SSL Required"}));
}

TEST_F(Gated, RefusesInTheClearWhateverProvesWhoAsks) {
    const auto secret = session_of("ann").secret;
    const Headers form{{"content-type", "application/x-www-form-urlencoded"}};
    const std::string open = "/arcgis/rest/services";
    const auto refused = [&](Asked asked) {
        asked.is_secure = false;
        const auto told = ask(asked);
        EXPECT_THAT(told.body, Not(HasSubstr(ann_)));
        return told.substatus == 4;
    };
    EXPECT_TRUE(refused({.target = open + "?f=json&token=" + ann_}));
    EXPECT_TRUE(refused({.target = open + "?f=json&token=nonsense"}));
    EXPECT_TRUE(refused({.target = open, .headers = {{"authorization", "Bearer " + ann_}}}));
    EXPECT_TRUE(refused({.target = open, .headers = {{"x-esri-authorization", "Bearer x"}}}));
    EXPECT_TRUE(refused({.target = open, .headers = {{"authorization", "Basic YTpi"}}}));
    EXPECT_TRUE(refused({open, false, "POST", form, "f=json&token=" + ann_}));
    EXPECT_TRUE(refused({open, false, "POST", form, "username=ann&password=x"}));
    EXPECT_TRUE(refused({.target = "/open?password=x"}));
    EXPECT_TRUE(refused(
        {.target = "/open", .headers = {{"cookie", std::string{session_cookie} + "=" + secret}}}));
    EXPECT_FALSE(refused({open, false, "POST", form, "f=json"}));
    EXPECT_FALSE(refused({.target = "/open", .headers = {{"cookie", "other=1"}}}));
    EXPECT_FALSE(refused({.target = "/.well-known/acme-challenge/x?token=abc"}));
    // The address that is to be used has no secret in it.
    const auto told = ask({.target = open + "?f=html&token=" + ann_ + "&x=1", .is_secure = false});
    EXPECT_THAT(told.body, HasSubstr("https://gis.test/arcgis/rest/services?f=html&amp;x=1"));
}

TEST_F(Gated, RefusesOrRedirectsInTheClearAsItIsSaid) {
    more_ = {{.path = "/moved", .require_https = config::RequireHttps::redirect},
             {.path = "/strict", .require_https = config::RequireHttps::refuse}};
    allow({});
    EXPECT_EQ(ask({.target = "/moved/x?a=b", .is_secure = false}).status, 308);
    EXPECT_EQ(ask({.target = "/moved/x?a=b", .is_secure = false}).header("location"),
              "https://gis.test/moved/x?a=b");
    EXPECT_EQ(ask({.target = "/moved/x?token=b", .is_secure = false}).status, 403);
    EXPECT_EQ(ask({.target = "/strict", .is_secure = false}).substatus, 4);
    EXPECT_TRUE(ask({.target = "/strict"}).is_let_in);
}

TEST_F(Gated, SendsToHttpsWhoCouldOnlyThereProveWhoHeIs) {
    auto mixed = office;
    mixed.push_back({Allowed::Kind::user, "ann"});
    allow({{"/mixed", mixed}});
    EXPECT_TRUE(ask({.target = "/mixed", .is_secure = false, .ip = "192.0.2.7"}).is_let_in);
    EXPECT_EQ(ask({.target = "/mixed", .is_secure = false}).substatus, 4);
    EXPECT_EQ(ask({.target = "/mixed"}).status, 401);
    allow({}, config::ClientCertificate::require);
    EXPECT_EQ(ask({.target = "/open", .is_secure = false}).substatus, 4);
}

TEST_F(Gated, OpensTheDoorOverHttpsAlone) {
    const Place door{.is_gis = false, .is_entrance = true, .checks_forms = true};
    EXPECT_EQ(ask({.target = "/login", .is_secure = false}, door).substatus, 4);
    EXPECT_TRUE(ask({.target = "/login"}, door).is_let_in);
    // Forms of the door are read behind it.
    const Asked posted{"/arcgis/tokens/generateToken",
                       true,
                       "POST",
                       {{"content-type", "application/x-www-form-urlencoded"}},
                       "username=ann&password=x&token=nonsense"};
    EXPECT_TRUE(
        ask(posted, Place{.is_gis = true, .is_entrance = true, .checks_forms = true}).is_let_in);
    // A form from who knows where has the cookie looked at only where forms are looked at.
    Asked form{.target = "/account", .method = "POST"};
    form.headers = {{"cookie", std::string{session_cookie} + "=" + session_of("ann").secret}};
    EXPECT_EQ(ask(form, door).user, "ann");
    EXPECT_EQ(ask(form, Place{.is_entrance = true}).user, "");
    form.headers.emplace_back("origin", "https://evil.test");
    EXPECT_EQ(ask(form, door).user, "");
}

TEST_F(Gated, TakesASessionOnlyFromItsOwnPages) {
    const auto session = session_of("ann");
    const auto asked = [&](const std::string& method, const std::string& target, Headers headers) {
        headers.emplace_back("cookie", std::string{session_cookie} + "=" + session.secret);
        headers.emplace_back("accept", "application/json");
        return ask({.target = target, .method = method, .headers = headers}).is_let_in;
    };
    const std::string service = std::string{secret_service} + "?f=json";
    EXPECT_TRUE(asked("GET", "/private", {}));
    EXPECT_TRUE(asked("GET", "/private", {{"sec-fetch-site", "cross-site"}}));  // only reads
    EXPECT_FALSE(asked("POST", "/private", {}));
    EXPECT_FALSE(asked("DELETE", "/private", {{"origin", "https://evil.test"}}));
    EXPECT_FALSE(asked("POST", "/private", {{"sec-fetch-site", "same-site"}}));
    EXPECT_FALSE(asked("POST", "/private", {{"origin", "null"}}));
    EXPECT_TRUE(asked("POST", "/private", {{"origin", "https://gis.test"}}));
    EXPECT_TRUE(asked("POST", "/private", {{"sec-fetch-site", "same-origin"}}));
    EXPECT_TRUE(asked("PUT", "/private", {{"x-rhumb-form", session.session.form_secret}}));
    EXPECT_FALSE(asked("PUT", "/private", {{"x-rhumb-form", "guess"}}));
    // Another origin could read the answer of a function that it names, and see pictures.
    EXPECT_TRUE(asked("GET", service, {}));
    EXPECT_TRUE(asked("GET", service, {{"sec-fetch-site", "same-origin"}}));
    EXPECT_FALSE(
        asked("GET", service, {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "cors"}}));
    EXPECT_FALSE(asked("GET", service, {{"origin", "https://evil.test"}}));
    EXPECT_FALSE(asked("GET", service + "&callback=f", {}));
    EXPECT_TRUE(asked("GET", secret_service,
                      {{"sec-fetch-site", "cross-site"},
                       {"sec-fetch-mode", "navigate"},
                       {"sec-fetch-dest", "document"}}));
}

TEST_F(Gated, LooksForTokenThenSessionThenCertificate) {
    const auto cookie = std::string{session_cookie} + "=" + session_of("ann").secret;
    certificates_.verdict = {.fault = CertificateFault::none, .user = "ann"};
    allow({{"/private", planners}}, config::ClientCertificate::accept);
    EXPECT_EQ(ask({"/private"}).user, "ann");
    EXPECT_EQ(ask({.target = "/private", .headers = {{"authorization", "Bearer " + bob_}}}).status,
              403);
    EXPECT_EQ(
        ask({.target = "/private", .headers = {{"authorization", "Bearer x"}, {"cookie", cookie}}})
            .user,
        "ann");
    certificates_.verdict.user = "bob";
    EXPECT_EQ(ask({.target = "/private", .headers = {{"cookie", cookie}}}).user, "ann");
    EXPECT_EQ(ask({"/private"}).status, 403);
    certificates_.verdict.user = "nobody there";
    EXPECT_EQ(ask({"/private"}).status, 401);
}

TEST_F(Gated, NumbersWhatIsWrongWithACertificate) {
    allow({}, config::ClientCertificate::require);
    for (const auto fault : {CertificateFault::required, CertificateFault::revoked,
                             CertificateFault::untrusted, CertificateFault::expired}) {
        certificates_.verdict = {.fault = fault, .reason = "it is not good"};
        const auto told = ask({.target = "/open", .headers = {{"accept", page}}});
        EXPECT_EQ(told.status, 403);
        EXPECT_EQ(told.substatus, static_cast<int>(fault));
        EXPECT_THAT(told.body, HasSubstr("it is not good"));
    }
    certificates_.verdict = {.fault = CertificateFault::not_mapped};
    EXPECT_TRUE(ask({"/open"}).is_let_in);
    certificates_.verdict = {.fault = CertificateFault::required, .needs_new_connection = true};
    const auto misdirected = ask({"/open"});
    EXPECT_EQ(misdirected.status, 421);
    EXPECT_EQ(misdirected.header("connection"), "close");
    allow({}, config::ClientCertificate::accept);
    EXPECT_TRUE(ask({"/open"}).is_let_in);
    certificates_.verdict = {.fault = CertificateFault::revoked};
    EXPECT_EQ(ask({"/open"}).substatus, 13);
}

TEST_F(Gated, ForgetsWhoMayComeInNoMore) {
    const Asked asked{.target = "/private", .headers = {{"authorization", "Bearer " + ann_}}};
    EXPECT_EQ(ask(asked).user, "ann");
    const auto now = [&] {
        people_.forget();
        EXPECT_TRUE(tokens_->reload());
        return ask(asked).status;
    };
    EXPECT_TRUE(roles_->take("planners", identity::to_member("user:ann").value(), actor_));
    EXPECT_EQ(now(), 403);
    give("planners", "user:ann");
    EXPECT_EQ(now(), 200);
    auto user = *users_->find("ann").value();
    user.disabled = clock_.now();
    EXPECT_TRUE(users_->update("ann", user, actor_));
    EXPECT_EQ(now(), 401);
    user.disabled.reset();
    EXPECT_TRUE(users_->update("ann", user, actor_));
    EXPECT_EQ(now(), 200);
    clock_.set(1'000'020);
    EXPECT_TRUE(users_->set_password("ann", "another long one", actor_));
    EXPECT_EQ(now(), 401);
    EXPECT_TRUE(users_->remove("ann", actor_));
    EXPECT_EQ(now(), 401);
}

TEST_F(Gated, SeesForTheCallerWhatHeWouldBeLetInTo) {
    ASSERT_TRUE(ask({.target = "/arcgis/rest/services"}).is_let_in);
    ASSERT_NE(sight_, nullptr);
    EXPECT_FALSE(sight_->sees(secret_service));
    EXPECT_FALSE(sight_->sees("/office"));
    EXPECT_TRUE(sight_->sees("/open"));
    (void)ask({.target = "/arcgis/rest/services?token=" + ann_, .ip = "192.0.2.7"});
    EXPECT_TRUE(sight_->sees(secret_service));
    EXPECT_TRUE(sight_->sees("/office"));
}

TEST_F(Gated, AnswersPreflightsWithoutAskingWho) {
    EXPECT_TRUE(ask({.target = secret_service, .method = "OPTIONS"}).is_let_in);
    EXPECT_FALSE(ask({.target = "/private", .method = "OPTIONS"}).is_let_in);
}

TEST_F(Gated, SaysThatAFormCannotBeRead) {
    const auto told = gis({secret_service,
                           true,
                           "POST",
                           {{"content-type", "application/x-www-form-urlencoded"}},
                           "f=json&a=%zz"});
    EXPECT_EQ(told.first, 400);
}

TEST_F(Gated, IsPassedAtOnceWhereEverythingIsOpenAndNothingShown) {
    more_ = {{.path = "/strict", .require_https = config::RequireHttps::refuse}};
    allow({});
    EXPECT_TRUE(surroundings_->is_open(true));
    EXPECT_FALSE(surroundings_->is_open(false));
    EXPECT_FALSE(surroundings_->has_people());
    (void)ask({"/x?token=nonsense"});
    EXPECT_EQ(sight_, nullptr);
}

TEST(Marking, KeepsPersonalAnswersOutOfSharedCaches) {
    http::Request request;
    http::Response open;
    mark_personal(request, open, false);
    EXPECT_EQ(open.headers.size(), 0U);

    http::Response built;
    built.headers.set("cache-control", "public, max-age=31536000, immutable");
    built.headers.set("vary", "accept-encoding");
    mark_personal(request, built, true);
    EXPECT_EQ(built.headers.find("cache-control"), "private, no-cache");
    EXPECT_TRUE(built.headers.has_token("vary", "cookie"));
    EXPECT_TRUE(built.headers.has_token("vary", "accept-encoding"));
    EXPECT_TRUE(built.headers.has_token("vary", "x-esri-authorization"));
    EXPECT_EQ(built.headers.find("referrer-policy"), "same-origin");

    http::Response kept;
    kept.headers.set("cache-control", "no-store");
    mark_personal(request, kept, true);
    EXPECT_EQ(kept.headers.find("cache-control"), "no-store");

    request.has_query = true;
    request.query = "token=abc";
    http::Response with_token;
    mark_personal(request, with_token, false);
    EXPECT_EQ(with_token.headers.find("cache-control"), "private, no-cache");
}

}  // namespace
}  // namespace rhumb::access
