#include "access/token_service.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "access/form_guard.h"
#include "access/gate_testing.h"
#include "base/text.h"

namespace rhumb::access {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* service_path = "/arcgis/tokens/generateToken";

/// What came back.
struct Reply {
    int status = 0;
    http::Headers headers{};
    std::string body{};

    Json json() const { return Json::parse(body); }
    std::string detail() const { return json()["error"]["details"][0].get<std::string>(); }
};

class TokenServiceTest : public GateWithUsers {
protected:
    TokenServiceTest() {
        add("ann");
        clock_.set(1'000'010);
    }

    Reply send(const Asked& asked) { return send(asked, parts_); }

    Reply send(const Asked& asked, const Parts& parts,
               std::shared_ptr<const http::Caller> caller = nullptr) {
        http::Channel channel;
        channel.is_secure = asked.is_secure;
        WholeBody body{asked.form};
        http::Request request;
        request.channel = &channel;
        request.body = &body;
        request.method = http::to_method(asked.method);
        request.method_name = asked.method;
        request.client_ip = asked.ip;
        request.caller = std::move(caller);
        for (const auto& [name, value] : asked.headers) request.headers.add(name, value);
        EXPECT_TRUE(http::apply_target(request, asked.target, "gis.test"));
        const TokenService service{parts, "/arcgis"};
        const auto response = net::run_to_end(service.handle(request));
        if (!response) return {.status = http::to_status(response.error().kind)};
        Reply reply{response->status, response->headers};
        if (const auto* text = std::get_if<std::string>(&response->body)) reply.body = *text;
        return reply;
    }

    static Asked form(std::string text) {
        return {.target = service_path, .method = "POST", .form = std::move(text)};
    }

    std::shared_ptr<const http::Caller> signed_in(const std::string& user,
                                                  const std::string& secret) {
        return std::make_shared<const http::Caller>(
            http::Caller{.by = http::Caller::By::session, .user = user, .form_secret = secret});
    }
};

TEST_F(TokenServiceTest, IsAtItsAddressesWithoutRegardToCaseOrASlashAtTheEnd) {
    for (const auto* path : {"/arcgis/tokens", "/arcgis/tokens/", "/ArcGIS/TOKENS/generatetoken",
                             "/arcgis/admin/generateToken/"})
        EXPECT_TRUE(TokenService::is_at(path, "/arcgis")) << path;
    for (const auto* path : {"/arcgis", "/arcgis/token", "/arcgis/tokens/x", "/arcgis/tokens//",
                             "/arcgis/admin", "/other/tokens", "/arcgisx/tokens", "", "/"})
        EXPECT_FALSE(TokenService::is_at(path, "/arcgis")) << path;
    EXPECT_EQ(send({.target = "/arcgis/tokens/else"}).status, 404);
}

TEST_F(TokenServiceTest, GivesATokenThatCounts) {
    const auto reply = send(form("username=ANN&password=correct+horse&f=json&expiration=5"));
    ASSERT_EQ(reply.status, 200);
    const auto said = reply.json();
    const auto check = tokens_->check(said["token"].get<std::string>(), {});
    ASSERT_TRUE(check.is_good());
    EXPECT_EQ(check.facts->user, "ann") << "as the store writes it";
    EXPECT_EQ(said["expires"], 1000LL * (1'000'010 + 300));
    EXPECT_THAT(trail(), ::testing::Contains(HasSubstr("ann")));
    for (const auto& line : trail()) EXPECT_THAT(line, Not(HasSubstr("correct")));
}

TEST_F(TokenServiceTest, SaysTheSameOfWhoeverItIsNot) {
    add("dan");
    auto dan = *users_->find("dan").value();
    dan.disabled = clock_.now();
    ASSERT_TRUE(users_->update("dan", dan, actor_));
    add("eve", std::nullopt);
    std::string first;
    for (const auto* who : {"ann&password=wrong", "nobody&password=correct+horse",
                            "dan&password=correct+horse", "eve&password=correct+horse"}) {
        const auto reply = send(form("f=json&username=" + std::string{who}));
        if (first.empty()) first = reply.body;
        EXPECT_EQ(reply.body, first) << who;
    }
    EXPECT_THAT(first, HasSubstr("Invalid username or password."));
}

TEST_F(TokenServiceTest, HasThoseWaitWhoGuess) {
    sign_ins_.set_limits({.account_failures = 2});
    Reply reply;
    for (int i = 0; i < 8; ++i) reply = send(form("f=json&username=ann&password=wrong"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.detail(), HasSubstr("too many failed attempts"));
    EXPECT_TRUE(reply.headers.has("retry-after"));
}

TEST_F(TokenServiceTest, SaysWhenItIsBusyAndTriesNothing) {
    net::Pool full{1, 0};
    const Parts busy{
        people_,         sign_ins_, *tokens_, *sessions_,         *store_,
        seal_,           full,      pool_,    parts_.people_pool, parts_.sign_in_outside_pool,
        parts_.settings, clock_,    log_,     parts_.locals,      parts_.browser_sign_in};
    const auto reply = send(form("f=json&username=ann&password=correct+horse"), busy);
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.json()["error"]["code"], 503);
    EXPECT_TRUE(reply.headers.has("retry-after"));
}

TEST_F(TokenServiceTest, TakesASessionForAPasswordWithTheSecretOfItsForm) {
    const auto ann = signed_in("ann", "s3cret");
    const auto given = send(form("f=json&form_secret=s3cret"), parts_, ann);
    ASSERT_EQ(given.status, 200);
    EXPECT_EQ(tokens_->check(given.json()["token"].get<std::string>(), {}).facts->user, "ann");

    for (const auto* text : {"f=json", "f=json&form_secret=", "f=json&form_secret=s3cret2"})
        EXPECT_THAT(send(form(text), parts_, ann).detail(), HasSubstr("'username'")) << text;
    auto from_elsewhere = form("f=json&form_secret=s3cret");
    from_elsewhere.headers.emplace_back("sec-fetch-site", "cross-site");
    EXPECT_TRUE(send(from_elsewhere, parts_, ann).json().contains("error"));
    // A token is no session, whatever it says.
    auto by_token = *ann;
    by_token.by = http::Caller::By::token;
    EXPECT_TRUE(send(form("f=json&form_secret=s3cret"), parts_,
                     std::make_shared<const http::Caller>(by_token))
                    .json()
                    .contains("error"));
    // Who names another user has to know his password.
    add("bob");
    const auto bob =
        send(form("f=json&form_secret=s3cret&username=bob&password=wrong"), parts_, ann);
    EXPECT_THAT(bob.detail(), HasSubstr("Invalid username"));
}

TEST_F(TokenServiceTest, GivesBackAGoodTokenAsItIsAndNoOther) {
    const auto token = token_of("ann", {identity::TokenBinding::Kind::referer, "https://a.test"},
                                std::chrono::minutes{10});
    auto shown = form("f=json&expiration=1000&serverUrl=https://gis.test/arcgis&token=" + token);
    shown.headers.emplace_back("referer", "https://a.test/");
    const auto reply = send(shown).json();
    EXPECT_EQ(reply["token"], token);
    EXPECT_EQ(reply["expires"], 1000LL * (1'000'010 + 600)) << "no longer than it had";

    shown.headers.clear();
    EXPECT_THAT(send(shown).detail(), HasSubstr("'token' is not good"));
    shown.headers.emplace_back("referer", "https://a.test/");
    ASSERT_TRUE(tokens_->revoke(token, actor_));
    EXPECT_THAT(send(shown).detail(), HasSubstr("'token' is not good"));
    EXPECT_THAT(send(form("f=json&serverUrl=x&token=nonsense")).detail(),
                HasSubstr("'token' is not good"));
}

TEST_F(TokenServiceTest, GivesNoTokenBackOfWhoMayNotComeInAnyMore) {
    const auto token = token_of("ann");
    auto ann = *users_->find("ann").value();
    ann.disabled = clock_.now();
    ASSERT_TRUE(users_->update("ann", ann, actor_));
    people_.forget();
    EXPECT_THAT(send(form("f=json&serverUrl=x&token=" + token)).detail(),
                HasSubstr("may not come in"));
}

TEST_F(TokenServiceTest, ReadsNoPasswordOutOfAnAddress) {
    auto asked = form("username=ann&password=correct+horse&f=json");
    asked.target = std::string{service_path} + "?password=correct+horse";
    EXPECT_THAT(send(asked).detail(), HasSubstr("not in the address"));
    const auto got =
        send({.target = std::string{service_path} + "?username=ann&password=correct+horse&f=json"});
    EXPECT_EQ(got.status, 405);
    EXPECT_THAT(got.body, Not(HasSubstr("correct")));
    EXPECT_TRUE(trail().empty() || trail().back().find("token") == std::string::npos);
}

TEST_F(TokenServiceTest, ReadsNoFormThatIsTooLarge) {
    const auto reply = send(
        form("f=json&username=ann&password=" + std::string(TokenService::form_bytes_max, 'x')));
    EXPECT_EQ(reply.status, 413);
}

TEST_F(TokenServiceTest, WritesNoBytesIntoAPageThatAreNoText) {
    auto asked = form("username=a%ff&password=x&referer=%c0%80&client=ip&ip=%ed%a0%80");
    asked.headers.emplace_back("accept", "text/html");
    const auto page = send(asked);
    EXPECT_EQ(page.status, 400);
    EXPECT_TRUE(text::is_utf8(page.body));
}

TEST_F(TokenServiceTest, AnswersNothingInTheClear) {
    auto asked = form("username=ann&password=correct+horse&f=json");
    asked.is_secure = false;
    asked.target = std::string{service_path} + "?f=json";
    const auto reply = send(asked);
    EXPECT_EQ(reply.json()["error"]["message"], "SSL Required");
    EXPECT_EQ(reply.body.find("permission"), std::string::npos);
}

}  // namespace
}  // namespace rhumb::access
