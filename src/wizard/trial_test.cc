#include "wizard/trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/parse.h"
#include "site/rules.h"

namespace rhumb::wizard {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

constexpr const char* configuration = R"(
[[site]]
name = "Maps"
bindings = ["http://*:80", "https://*:443"]

[[site.location]]
path = "/arcgis"
handler = "gis"

[[site.location]]
path = "/private"
allow = ["role:Planners", "user:Ann"]

[[site.location]]
path = "/private/plan a.html"
allow = ["role:everyone"]

[[site.location]]
path = "/sent"
require_https = "redirect"

[[site.location]]
path = "/certificate"
client_certificate = "require"

[[site.location]]
path = "/office"
allow = ["address:192.0.2.0/24"]

[[site.location]]
path = "/api/v1"
handler = "api"
allow = ["role:administrators"]

[[gis.folder]]
name = "Water"
allow = ["role:hydrologists"]

[[gis.service]]
name = "Open"
source = "open.gpkg"

[[gis.service]]
name = "Zoo"
source = "open.gpkg"

[[gis.service]]
name = "Water/Rivers"
source = "rivers.gpkg"
require_https = "refuse"
[[gis.service.layer]]
id = 2
allow = ["authenticated"]
)";

class ATrial : public testing::Test {
protected:
    ATrial() {
        const auto parsed = config::parse(configuration, "test.toml");
        for (const auto& error : parsed.errors) ADD_FAILURE() << error.to_text();
        document_ = parsed.document;
        rules_ = std::make_unique<policy::Rules>(site::rules_of(
            document_, site(),
            [](const config::Location& location) { return location.path.ends_with(".html"); }));
    }
    const config::Site& site() const { return document_.sites.front(); }
    std::vector<TrialPath> paths() const { return trial_paths(document_, site(), *rules_); }
    std::vector<std::string> targets() const {
        std::vector<std::string> all;
        for (const auto& path : paths()) all.push_back(path.target);
        return all;
    }
    Verdict expected(const std::string& target, const http::Caller& caller, bool is_secure = true,
                     const std::string& from = "127.0.0.1") const {
        for (const auto& path : paths())
            if (path.target == target)
                return expected_verdict(*rules_, path, {caller, caller.is_known(), is_secure, from},
                                        true);
        ADD_FAILURE() << "not tried: " << target;
        return Verdict::unreachable;
    }
    static http::Caller known(std::string user, std::vector<std::string> roles = {}) {
        return {.by = http::Caller::By::token, .user = std::move(user), .roles = std::move(roles)};
    }

    config::Document document_;
    std::unique_ptr<policy::Rules> rules_;
    http::Caller nobody_{};
};

TEST_F(ATrial, TriesWhatSomethingIsSaidAboutAndWhatIsOpen) {
    EXPECT_THAT(targets(),
                testing::UnorderedElementsAre(
                    "/", "/private/", "/private/plan%20a.html", "/sent/", "/certificate/",
                    "/office/", "/arcgis/rest/services/Water?f=json",
                    "/arcgis/rest/services/Water/Rivers/MapServer?f=json",
                    "/arcgis/rest/services/Water/Rivers/MapServer/2?f=json",
                    "/arcgis/rest/services/Water/Rivers/FeatureServer/2?f=json",
                    "/arcgis/rest/services?f=json", "/arcgis/rest/services/Open/MapServer?f=json"));
    for (const auto& path : paths()) {
        EXPECT_FALSE(path.where.empty()) << path.target;
        EXPECT_EQ(path.is_gis, path.target.starts_with("/arcgis")) << path.target;
    }
}

TEST_F(ATrial, KnowsWhomRulesName) {
    const auto named = named_in(*rules_);
    EXPECT_THAT(named.roles, ElementsAre("administrators", "hydrologists", "planners"));
    EXPECT_THAT(named.users, ElementsAre("ann"));
}

TEST_F(ATrial, ExpectsWhatTheRulesSay) {
    const auto ann = known("ann");
    const auto planner = known("bob", {"planners"});
    const auto hydrologist = known("carl", {"hydrologists"});

    EXPECT_EQ(expected("/", nobody_), Verdict::let_in);
    EXPECT_EQ(expected("/", nobody_, false), Verdict::let_in);
    EXPECT_EQ(expected("/", ann, false), Verdict::needs_https) << "a token in the clear";
    EXPECT_EQ(expected("/private/", nobody_), Verdict::needs_sign_in);
    EXPECT_EQ(expected("/private/", ann), Verdict::let_in);
    EXPECT_EQ(expected("/private/", planner), Verdict::let_in);
    EXPECT_EQ(expected("/private/", hydrologist), Verdict::not_permitted);
    EXPECT_EQ(expected("/private/", nobody_, false), Verdict::needs_https);
    EXPECT_EQ(expected("/private/plan%20a.html", nobody_, false), Verdict::let_in);
    EXPECT_EQ(expected("/sent/", nobody_, false), Verdict::to_https);
    EXPECT_EQ(expected("/sent/", nobody_), Verdict::let_in);
    EXPECT_EQ(expected("/certificate/", ann), Verdict::needs_certificate);
    EXPECT_EQ(expected("/office/", nobody_), Verdict::not_from_here);
    EXPECT_EQ(expected("/office/", ann), Verdict::not_permitted);
    EXPECT_EQ(expected("/office/", nobody_, true, "192.0.2.7"), Verdict::let_in);
    EXPECT_EQ(expected("/office/", nobody_, false, "192.0.2.7"), Verdict::let_in);
    const std::string rivers = "/arcgis/rest/services/Water/Rivers/MapServer";
    EXPECT_EQ(expected(rivers + "?f=json", nobody_), Verdict::needs_sign_in);
    EXPECT_EQ(expected(rivers + "?f=json", hydrologist), Verdict::let_in);
    EXPECT_EQ(expected(rivers + "?f=json", ann), Verdict::not_permitted);
    EXPECT_EQ(expected(rivers + "/2?f=json", ann), Verdict::let_in);
}

fetch::Answer answer(int status, std::string body = {}, std::vector<fetch::Header> headers = {}) {
    headers.push_back({"vary", "accept, x-esri-authorization, authorization, cookie"});
    return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

TEST(AnswersOfATrial, AreReadAsPagesOrPrograms) {
    const auto read = [](const fetch::Answer& one, bool is_secure = true) {
        return read_verdict(one, false, is_secure);
    };
    EXPECT_EQ(read(answer(200, "page")), Verdict::let_in);
    EXPECT_EQ(read(answer(404)), Verdict::let_in) << "nothing is there, but nobody keeps it";
    EXPECT_EQ(read(answer(401)), Verdict::needs_sign_in);
    EXPECT_EQ(read(answer(401, "", {{"www-authenticate", "Bearer error=\"invalid_token\""}})),
              Verdict::bad_token);
    EXPECT_EQ(read(answer(403, R"({"status": 403, "substatus": 4})")), Verdict::needs_https);
    EXPECT_EQ(read(answer(403, R"({"status": 403, "substatus": 6})")), Verdict::not_from_here);
    EXPECT_EQ(read(answer(403, R"({"status": 403, "substatus": 7})")), Verdict::needs_certificate);
    EXPECT_EQ(read(answer(403, R"({"status": 403})")), Verdict::not_permitted);
    EXPECT_EQ(read(answer(503)), Verdict::unavailable);
    fetch::Answer of_a_handler{.status = 403, .headers = {}, .body = "no listing"};
    EXPECT_EQ(read(of_a_handler), Verdict::let_in);
    EXPECT_EQ(read(answer(308, "", {{"location", "https://a.example/"}}), false),
              Verdict::to_https);
    EXPECT_EQ(read(answer(308, "", {{"location", "/b/"}}), false), Verdict::let_in);
}

TEST(AnswersOfATrial, AreReadAsGisClientsReadThem) {
    const auto read = [](const std::string& body) {
        return read_verdict(answer(200, body), true, true);
    };
    EXPECT_EQ(read(R"({"services": []})"), Verdict::let_in);
    EXPECT_EQ(read("PNG"), Verdict::let_in);
    EXPECT_EQ(read(R"({"error": {"code": 499, "message": "Token Required"}})"),
              Verdict::needs_sign_in);
    EXPECT_EQ(read(R"({"error": {"code": 498, "message": "Invalid token."}})"), Verdict::bad_token);
    EXPECT_EQ(read(R"({"error": {"code": 403, "message": "SSL Required"}})"), Verdict::needs_https);
    EXPECT_EQ(read(R"({"error": {"code": 403, "message": "Client Certificate Required"}})"),
              Verdict::needs_certificate);
    EXPECT_EQ(read(R"({"error": {"code": 403, "message": "Access denied."}})"),
              Verdict::not_from_here);
    EXPECT_EQ(read(R"({"error": {"code": 403, "message": "You do not have permissions"}})"),
              Verdict::not_permitted);
    EXPECT_EQ(read(R"({"error": {"code": 404, "message": "no such service"}})"), Verdict::let_in);
    EXPECT_EQ(read(R"({"error": "odd"})"), Verdict::let_in);
    EXPECT_EQ(read(R"({"error": {"code": "403", "message": 7}})"), Verdict::let_in);
}

}  // namespace
}  // namespace rhumb::wizard
