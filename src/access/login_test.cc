#include "access/login.h"

#include <gmock/gmock.h>

#include "access/form_guard.h"
#include "access/gate_testing.h"
#include "access/login_page.h"
#include "base/text.h"

namespace rhumb::access {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// One browser at the pages for signing in, without a network.
class PagesForSigningIn : public GateWithUsers {
protected:
    PagesForSigningIn() { add("ann"); }

    struct Shown {
        int status = 0;
        std::string location{};
        std::string body{};
        http::Headers headers{};
    };

    Shown ask(std::string_view method, std::string_view target, std::string form = {},
              std::vector<std::pair<std::string, std::string>> headers = {},
              bool is_secure = true) {
        http::Channel channel;
        channel.is_secure = is_secure;
        channel.remote.ip = "198.51.100.7";
        WholeBody body{std::move(form)};
        http::Request request;
        request.channel = &channel;
        request.body = &body;
        request.method = http::to_method(method);
        request.method_name = method;
        for (const auto& [name, value] : headers) request.headers.add(name, value);
        if (!cookies_.empty()) request.headers.add("cookie", cookies_);
        EXPECT_TRUE(http::apply_target(request, target, "gis.test"));
        auto response = net::run_to_end(pages_.handle(request));
        if (!response) return {.status = http::to_status(response.error().kind)};
        keep(*response);
        Shown shown{.status = response->status,
                    .location = std::string{response->headers.find("location").value_or("")},
                    .headers = response->headers};
        if (const auto* text = std::get_if<std::string>(&response->body)) shown.body = *text;
        return shown;
    }
    void keep(const http::Response& response) {
        for (std::size_t i = 0; i < response.headers.size(); ++i) {
            const auto field = response.headers.at(i);
            if (!text::iequals(field.name, "set-cookie")) continue;
            const std::string pair{field.value.substr(0, field.value.find(';'))};
            const auto name = pair.substr(0, pair.find('='));
            if (name == session_cookie) session_ = pair.substr(pair.find('=') + 1);
            if (name == form_cookie) form_ = pair.substr(pair.find('=') + 1);
        }
        cookies_.clear();
        if (!session_.empty()) cookies_ += fmt::format("{}={}", session_cookie, session_);
        if (!form_.empty())
            cookies_ += fmt::format("{}{}={}", cookies_.empty() ? "" : "; ", form_cookie, form_);
    }
    static std::string hidden(const Shown& shown, std::string_view name) {
        const auto begin = fmt::format("name=\"{}\" value=\"", name);
        const auto at = shown.body.find(begin);
        if (at == std::string::npos) return {};
        const auto rest = shown.body.substr(at + begin.size());
        return rest.substr(0, rest.find('"'));
    }
    Shown sign_in(std::string_view password = good, std::string_view to = "") {
        const auto page = ask("GET", fmt::format("/login?return={}", to));
        return ask("POST", "/login",
                   fmt::format("form_secret={}&user=ann&password={}&return={}",
                               hidden(page, form_field), text::percent_encode(password), to));
    }

    SignInPages pages_{parts_};
    std::string session_;
    std::string form_;
    std::string cookies_;
};

TEST_F(PagesForSigningIn, LeadOnAfterSigningIn) {
    const auto shown = sign_in(good, "/a%20b");
    EXPECT_EQ(shown.status, 303);
    EXPECT_EQ(shown.location, "/a%20b");
    EXPECT_EQ(session_.size(), 43U);
    EXPECT_TRUE(form_.empty()) << "the cookie of before is gone";
    EXPECT_NE(sessions_->find(session_), nullptr);
}

TEST_F(PagesForSigningIn, AnswerNothingInTheClear) {
    for (const auto* path : {"/login", "/login/first", "/logout", "/account"}) {
        const auto shown = ask("GET", path, {}, {}, false);
        EXPECT_EQ(shown.status, 403) << path;
        EXPECT_TRUE(form_.empty());
    }
}

TEST_F(PagesForSigningIn, AllowNeitherScriptsNorFrames) {
    const auto shown = ask("GET", "/login");
    const std::string policy{shown.headers.find("content-security-policy").value_or("")};
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(shown.body, Not(HasSubstr("<script")));
    EXPECT_THAT(shown.body, Not(HasSubstr("style=")));
}

TEST_F(PagesForSigningIn, EscapeWhatWasTyped) {
    const auto page = ask("GET", "/login");
    const auto shown = ask("POST", "/login",
                           fmt::format("form_secret={}&user=%22%3E%3Cscript%3E&password=x&return="
                                       "%2F%22%3E%3Cscript%3E",
                                       hidden(page, form_field)));
    EXPECT_EQ(shown.status, 403);
    EXPECT_THAT(shown.body, HasSubstr("&quot;&gt;&lt;script&gt;"));
    EXPECT_THAT(shown.body, Not(HasSubstr("<script")));
}

TEST_F(PagesForSigningIn, NeverShowAPasswordAgain) {
    const auto shown = sign_in("hunter2 hunter2");
    EXPECT_EQ(shown.status, 403);
    EXPECT_THAT(shown.body, Not(HasSubstr("hunter2")));
}

TEST_F(PagesForSigningIn, SayHowLongToWait) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(sign_in("wrong").status, 403);
    const auto shown = sign_in();
    EXPECT_EQ(shown.status, 429);
    EXPECT_EQ(shown.headers.find("retry-after"), "1");
    EXPECT_THAT(shown.body, HasSubstr("Try again in a second."));
}

TEST_F(PagesForSigningIn, EndTheSessionBefore) {
    sign_in();
    const auto first = session_;
    sign_in();
    EXPECT_NE(session_, first);
    EXPECT_EQ(sessions_->find(first), nullptr);
}

TEST_F(PagesForSigningIn, TakeFormsOfOtherOriginsForNothing) {
    const auto page = ask("GET", "/login");
    const auto form =
        fmt::format("form_secret={}&user=ann&password=correct+horse", hidden(page, form_field));
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"origin", "https://evil.test"},
                                                          {"origin", "null"},
                                                          {"origin", "http://gis.test"},
                                                          {"sec-fetch-site", "cross-site"},
                                                          {"sec-fetch-site", "same-site"}}) {
        EXPECT_EQ(ask("POST", "/login", form, {{name, value}}).status, 403) << name << value;
        EXPECT_TRUE(session_.empty());
    }
    EXPECT_EQ(ask("POST", "/login", form,
                  {{"origin", "https://gis.test"}, {"sec-fetch-site", "same-origin"}})
                  .status,
              303);
}

TEST_F(PagesForSigningIn, NeedTheCookieOfTheForm) {
    const auto page = ask("GET", "/login");
    const auto secret = hidden(page, form_field);
    form_.clear();
    cookies_.clear();
    const auto shown = ask("POST", "/login",
                           fmt::format("form_secret={}&user=ann&password=correct+horse", secret));
    EXPECT_EQ(shown.status, 403);
    EXPECT_TRUE(session_.empty());
}

TEST_F(PagesForSigningIn, ShowTheAccountToItsOwnerAlone) {
    EXPECT_EQ(ask("GET", "/account").location, "/login?return=/account");
    sign_in();
    EXPECT_THAT(ask("GET", "/account").body, HasSubstr("<strong>ann</strong>"));
    ASSERT_TRUE(users_->update("ann", {.name = "ann", .disabled = clock_.now()}, actor_));
    people_.forget();
    EXPECT_EQ(ask("GET", "/account").location, "/login?return=/account");
}

TEST_F(PagesForSigningIn, TakeNoTokenForASession) {
    const auto shown = ask("GET", "/account", {}, {{"authorization", "Bearer " + token_of("ann")}});
    EXPECT_EQ(shown.status, 303);
}

TEST_F(PagesForSigningIn, ChangeAPasswordAndEndAllOtherSessions) {
    sign_in();
    const auto elsewhere = session_of("ann");
    const auto before = session_;
    const auto page = ask("GET", "/account");
    const auto shown =
        ask("POST", "/account/password",
            fmt::format("form_secret={}&old=correct+horse&new=another+good+one&again=another+good+"
                        "one",
                        hidden(page, form_field)));
    EXPECT_EQ(shown.location, "/account?password");
    EXPECT_EQ(sessions_->find(elsewhere.secret), nullptr);
    EXPECT_EQ(sessions_->find(before), nullptr);
    EXPECT_NE(sessions_->find(session_), nullptr);
    EXPECT_THAT(ask("GET", "/account?password").body, HasSubstr("Your password is changed."));
}

TEST_F(PagesForSigningIn, AreNotThereForOthersMethodsAndPaths) {
    EXPECT_EQ(ask("PUT", "/login").status, 405);
    EXPECT_EQ(ask("DELETE", "/account").status, 405);
    EXPECT_EQ(ask("GET", "/login/third").status, 404);
    EXPECT_EQ(ask("GET", "/login/first").status, 404) << "there is no code";
}

TEST(Waits, AreSpelledForPeople) {
    using std::chrono::seconds;
    EXPECT_EQ(spell_wait(seconds{0}), "a second");
    EXPECT_EQ(spell_wait(seconds{1}), "a second");
    EXPECT_EQ(spell_wait(seconds{89}), "89 seconds");
    EXPECT_EQ(spell_wait(seconds{90}), "2 minutes");
    EXPECT_EQ(spell_wait(seconds{15 * 60}), "15 minutes");
    EXPECT_EQ(spell_wait(seconds{15 * 60 + 1}), "16 minutes");
}

}  // namespace
}  // namespace rhumb::access
