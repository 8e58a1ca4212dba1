#include "providers/openid.h"

#include <mutex>

#include "crypto/random.h"
#include "identity/example.h"
#include "openid/testing.h"
#include "providers/openid_facts.h"
#include "storage/known_people.h"

namespace rhumb::providers {
namespace {

using identity::SignIn;
using nlohmann::json;
using openid::noon;
using namespace std::chrono_literals;

constexpr std::string_view callback = "https://gis.example.org/login/openid/callback";

config::OpenIdProvider settings_of(const std::string& issuer) {
    return {.issuer = issuer, .client_id = "rhumb", .label = "County"};
}

OpenIdFacts facts(const json& claims, const config::OpenIdProvider& settings = {}) {
    const auto found = to_facts(*openid::Claims::parse(claims.dump(), "test"), settings);
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(OpenIdFacts{});
}

TEST(OpenIdFacts, AreAUserWithRoles) {
    const auto found =
        facts({{"preferred_username", "ann"},
               {"name", "Ann\nO'Hara"},
               {"email", "ann@example.org"},
               {"groups", {"/planners", "Editors", "editors", "/a/b", "", "Everyone", 5, "a:b"}}});
    EXPECT_EQ(found.name, "ann");
    EXPECT_EQ(found.full_name, "") << "not one line";
    EXPECT_EQ(found.email, "ann@example.org");
    EXPECT_EQ(found.roles, (std::vector<std::string>{"Editors", "planners"}));
}

TEST(OpenIdFacts, HaveABoundedNumberOfRoles) {
    std::vector<std::string> many;
    for (int i = 0; i < 2000; ++i) many.push_back(fmt::format("role{}", i));
    EXPECT_EQ(facts({{"preferred_username", "ann"}, {"groups", many}}).roles.size(),
              openid_roles_max);
}

TEST(OpenIdFacts, NeedANameThatCanBeOne) {
    config::OpenIdProvider by_email{.name_claim = "email"};
    const auto refused = [](const json& claims, const config::OpenIdProvider& settings) {
        const auto found = to_facts(*openid::Claims::parse(claims.dump(), "test"), settings);
        return !found && found.error().kind == ErrorKind::denied;
    };
    EXPECT_TRUE(refused({{"sub", "s"}}, {}));
    EXPECT_TRUE(refused({{"preferred_username", "a/b"}}, {}));
    EXPECT_TRUE(refused({{"preferred_username", 7}}, {}));
    EXPECT_TRUE(refused({{"preferred_username", std::string(129, 'a')}}, {}));
    EXPECT_TRUE(refused({{"email", "ann@example.org"}, {"email_verified", false}}, by_email));
    EXPECT_TRUE(refused({{"email", "ann@example.org"}, {"email_verified", "true"}}, by_email));
    EXPECT_EQ(facts({{"email", "ann@example.org"}, {"email_verified", true}}, by_email).name,
              "ann@example.org");
    EXPECT_TRUE(refused({{"email", "ann@example.org"}}, by_email)) << "it does not say so";
}

/// A provider on this machine that says what it is told to, and a store of its own.
class PeopleOfAProvider : public identity::UsersAndRoles {
protected:
    PeopleOfAProvider()
        : seal_{*crypto::Seal::make(*crypto::random_secret(crypto::Seal::key_size))} {
        clock_.set(noon);
        set("/.well-known/openid-configuration",
            json{{"issuer", issuer()},
                 {"authorization_endpoint", peer_.url("/auth")},
                 {"token_endpoint", peer_.url("/token")},
                 {"end_session_endpoint", peer_.url("/out")},
                 {"jwks_uri", peer_.url("/keys")}}
                .dump());
        set("/keys", openid::key_set({key_.public_jwk()}));
        provider_ = make("county");
    }

    std::string issuer() const { return fmt::format("http://127.0.0.1:{}", peer_.port()); }
    std::unique_ptr<Provider> make(const std::string& name) { return make(name, issuer()); }
    std::unique_ptr<Provider> make(const std::string& name, const std::string& its_issuer) {
        config::Provider wanted{.name = name,
                                .settings = settings_of(its_issuer),
                                .time_limit_seconds = 2s,
                                .administrators = {"Chiefs"}};
        auto made = make_openid(wanted, {*store_, seal_, clock_, log_});
        EXPECT_TRUE(made) << made.error().message;
        return *std::move(made);
    }
    void set(const std::string& path, const std::string& body, int status = 200) {
        const std::lock_guard lock{mutex_};
        answers_[path] =
            fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                        status, body.size(), body);
    }
    json claims_of(const std::string& name, const std::vector<std::string>& groups = {}) {
        const auto now = clock_.now().time_since_epoch().count();
        return {{"iss", issuer()},
                {"sub", "subject of " + name},
                {"aud", "rhumb"},
                {"exp", now + 300},
                {"iat", now},
                {"sid", "session of " + name},
                {"preferred_username", name},
                {"groups", groups}};
    }
    void give_tokens(const json& claims, const std::string& refresh = "r") {
        json answer{
            {"access_token", "a"}, {"token_type", "Bearer"}, {"id_token", key_.sign(claims)}};
        if (!refresh.empty()) answer["refresh_token"] = refresh;
        set("/token", answer.dump());
    }
    static std::string parameter(const std::string& url, const std::string& name) {
        const auto at = url.find(name + "=") + name.size() + 1;
        return url.substr(at, url.find('&', at) - at);
    }
    identity::BrowserSignIn& sign_in_page() { return *provider_->browser_sign_in(); }
    /// There and back again.
    Result<identity::BrowserSignIn::Arrival> arrive(json claims, const std::string& refresh = "r") {
        const auto departure = sign_in_page().depart(callback, "/plans");
        EXPECT_TRUE(departure) << departure.error().message;
        claims["nonce"] = parameter(departure->url, "nonce");
        give_tokens(claims, refresh);
        return sign_in_page().arrive(callback, "code=c&state=" + parameter(departure->url, "state"),
                                     departure->state);
    }
    std::optional<identity::User> find(std::string_view name) {
        const auto found = provider_->users()->find(name);
        EXPECT_TRUE(found) << found.error().message;
        return found.value_or(std::nullopt);
    }
    bool may_come(std::string_view name) {
        const auto user = find(name);
        return user && user->is_active(clock_.now());
    }
    void advance(std::chrono::seconds by) {
        clock_.set((clock_.now() + by).time_since_epoch().count());
    }

    openid::SigningKey key_;
    crypto::Seal seal_;
    observe::Log log_ = observe::Log::to_nowhere();
    std::mutex mutex_;
    std::map<std::string, std::string> answers_;
    fetch::Peer peer_{[this](const std::string& head) {
        const auto begin = head.find(' ') + 1;
        const auto path = head.substr(begin, head.find_first_of(" ?", begin) - begin);
        const std::lock_guard lock{mutex_};
        const auto found = answers_.find(path);
        return found == answers_.end() ? std::string{"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"}
                                       : found->second;
    }};
    std::unique_ptr<Provider> provider_;
};

TEST_F(PeopleOfAProvider, AreKnownOnceTheyHaveCome) {
    EXPECT_FALSE(find("ann"));
    const auto arrival = arrive(claims_of("ann", {"planners"}));
    ASSERT_TRUE(arrival) << arrival.error().message;
    EXPECT_EQ(arrival->user, "ann");
    EXPECT_EQ(arrival->return_address, "/plans");
    EXPECT_TRUE(may_come("ANN"));
    EXPECT_FALSE(find("ann")->has_password);
    EXPECT_EQ(provider_->users()->list({})->size(), 1U);
    EXPECT_EQ(provider_->roles()->standing("ann")->roles, std::vector<std::string>{"planners"});
    EXPECT_EQ(provider_->roles()->list()->at(0).users, std::vector<std::string>{"ann"});
    EXPECT_EQ(trail().back(), "user.known ann: by the provider county");
}

TEST_F(PeopleOfAProvider, HaveThePrivilegeThatTheirRolesGive) {
    ASSERT_TRUE(arrive(claims_of("ann", {"chiefs"})));
    EXPECT_EQ(provider_->roles()->standing("ann")->privilege, identity::Privilege::administer);
    EXPECT_EQ(provider_->roles()->standing("bob")->privilege, identity::Privilege::view);
}

TEST_F(PeopleOfAProvider, HaveNoPasswordHere) {
    ASSERT_TRUE(arrive(claims_of("ann")));
    for (const auto* name : {"ann", "nobody"})
        EXPECT_EQ(provider_->users()->sign_in(name, "a password")->outcome,
                  SignIn::Outcome::elsewhere);
    auto* const editor = provider_->users()->editor();
    EXPECT_FALSE(editor->add({.name = "bob"}, "a password", actor_));
    EXPECT_FALSE(editor->set_password("ann", "a password", actor_));
    EXPECT_FALSE(editor->update("ann", {.name = "bob"}, actor_));
    EXPECT_TRUE(editor->remove("ann", actor_));
    EXPECT_FALSE(find("ann"));
    EXPECT_EQ(editor->remove("ann", actor_).error().kind, ErrorKind::not_found);
}

TEST_F(PeopleOfAProvider, ComeBackOnceAndInTime) {
    auto departure = sign_in_page().depart(callback, "/");
    auto claims = claims_of("ann");
    claims["nonce"] = parameter(departure->url, "nonce");
    give_tokens(claims);
    const auto query = "code=c&state=" + parameter(departure->url, "state");
    const auto refused = [&](std::string_view to, std::string_view said, std::string_view state) {
        const auto arrival = sign_in_page().arrive(to, said, state);
        return !arrival && arrival.error().kind == ErrorKind::denied;
    };
    const auto other = sign_in_page().depart(callback, "/");
    EXPECT_TRUE(refused(callback, query, other->state)) << "of another browser";
    EXPECT_TRUE(
        refused("https://other.example.org/login/openid/callback", query, departure->state));
    EXPECT_TRUE(refused(callback, query, ""));
    EXPECT_TRUE(refused(callback, query, "x" + departure->state));
    EXPECT_TRUE(refused(callback, query, std::string(10'000, 'A')));
    EXPECT_TRUE(refused(callback, "code=c&state=" + std::string(43, 'A'), departure->state));
    EXPECT_TRUE(refused(callback, "", departure->state));
    EXPECT_FALSE(make("another")->browser_sign_in()->arrive(callback, query, departure->state))
        << "of another provider";
    EXPECT_TRUE(sign_in_page().arrive(callback, query, departure->state));
    EXPECT_TRUE(refused(callback, query, departure->state)) << "once";

    departure = sign_in_page().depart(callback, "/");
    advance(10min);
    EXPECT_TRUE(
        refused(callback, "code=c&state=" + parameter(departure->url, "state"), departure->state))
        << "in time";
}

TEST_F(PeopleOfAProvider, AreAskedAboutAnew) {
    ASSERT_TRUE(arrive(claims_of("ann", {"planners"})));
    advance(14min);
    EXPECT_TRUE(provider_->users()->is_near("ann"));
    advance(1min);
    EXPECT_FALSE(provider_->users()->is_near("ann"));
    give_tokens(claims_of("ann", {"editors"}), "r2");
    EXPECT_TRUE(may_come("ann"));
    EXPECT_TRUE(provider_->users()->is_near("ann"));
    EXPECT_EQ(provider_->roles()->standing("ann")->roles, std::vector<std::string>{"editors"});
}

TEST_F(PeopleOfAProvider, AreOutWhenTheProviderSaysNo) {
    ASSERT_TRUE(arrive(claims_of("ann")));
    advance(15min);
    set("/token", R"({"error":"invalid_grant"})", 400);
    EXPECT_FALSE(may_come("ann"));
    EXPECT_TRUE(find("ann")->disabled);
    EXPECT_TRUE(provider_->roles()->standing("ann")->roles.empty());
    EXPECT_TRUE(trail().back().starts_with("user.ended ann"));
    const auto before = find("ann")->created;

    advance(1min);
    ASSERT_TRUE(arrive(claims_of("ann")));
    EXPECT_TRUE(may_come("ann"));
    EXPECT_GT(find("ann")->created, before) << "what he had before is not his any more";
}

TEST_F(PeopleOfAProvider, AreNobodyWhileTheProviderCannotSay) {
    ASSERT_TRUE(arrive(claims_of("ann")));
    advance(15min);
    set("/token", "", 500);
    const auto found = provider_->users()->find("ann");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::unavailable);
    give_tokens(claims_of("ann"));
    EXPECT_TRUE(may_come("ann"));
}

TEST_F(PeopleOfAProvider, AreOutWhenTheProviderSpeaksOfSomebodyElse) {
    ASSERT_TRUE(arrive(claims_of("ann")));
    advance(15min);
    give_tokens(claims_of("eve"));
    EXPECT_FALSE(may_come("ann"));
}

TEST_F(PeopleOfAProvider, CountForAWhileWithoutARefreshToken) {
    ASSERT_TRUE(arrive(claims_of("ann"), ""));
    EXPECT_TRUE(may_come("ann"));
    advance(15min);
    EXPECT_FALSE(may_come("ann"));
    EXPECT_TRUE(provider_->users()->is_near("ann")) << "nobody is asked";
    const auto created = find("ann")->created;
    ASSERT_TRUE(arrive(claims_of("ann"), ""));
    EXPECT_TRUE(may_come("ann"));
    EXPECT_EQ(find("ann")->created, created) << "goes on";
}

TEST_F(PeopleOfAProvider, KeepTheirNamesToThemselves) {
    ASSERT_TRUE(arrive(claims_of("ann")));
    auto other = claims_of("Ann");
    other["sub"] = "somebody else";
    const auto arrival = arrive(other);
    ASSERT_FALSE(arrival);
    EXPECT_EQ(arrival.error().kind, ErrorKind::denied);
    EXPECT_NE(arrival.error().message.find("rhumb user remove"), std::string::npos);

    // Under another name he begins anew, and the name is free.
    advance(1min);
    auto renamed = claims_of("ann");
    renamed["preferred_username"] = "ann2";
    ASSERT_TRUE(arrive(renamed));
    EXPECT_FALSE(find("ann"));
    EXPECT_EQ(find("ann2")->created, clock_.now());
    EXPECT_TRUE(arrive(other));
}

TEST_F(PeopleOfAProvider, AreSignedOutFromThere) {
    ASSERT_TRUE(arrive(claims_of("ann")));
    const auto farewell = [&](const char* id, bool has_subject) {
        json claims = openid::good_farewell(issuer());
        claims["iat"] = clock_.now().time_since_epoch().count();
        claims["exp"] = clock_.now().time_since_epoch().count() + 100;
        claims["jti"] = id;
        claims["sid"] = "session of ann";
        claims["sub"] = "subject of ann";
        if (!has_subject) claims.erase("sub");
        return key_.sign(claims);
    };
    const auto first = farewell("1", true);
    EXPECT_EQ(sign_in_page().signed_out_there(first)->value(), "ann");
    EXPECT_FALSE(sign_in_page().signed_out_there(first)) << "once";
    EXPECT_EQ(sign_in_page().signed_out_there(farewell("2", false))->value(), "ann")
        << "by the session alone";
    EXPECT_FALSE(sign_in_page().signed_out_there("x"));
    EXPECT_EQ(*sign_in_page().sign_out_url("nobody", "https://gis.example.org/"), "");
    EXPECT_EQ(
        *sign_in_page().sign_out_url("ann", "https://gis.example.org/"),
        peer_.url(
            "/out?client_id=rhumb&post_logout_redirect_uri=https%3A%2F%2Fgis.example.org%2F"));
}

TEST_F(PeopleOfAProvider, AreThoseOfItsIssuerWhateverItIsCalled) {
    ASSERT_TRUE(arrive(claims_of("ann")));
    const auto renamed = make("directory");
    EXPECT_TRUE(*renamed->users()->find("ann"));
    const auto another = make("county", peer_.url("/other"));
    EXPECT_FALSE(*another->users()->find("ann")) << "the same subject elsewhere is somebody else";
}

TEST_F(PeopleOfAProvider, AreKeptSealed) {
    ASSERT_TRUE(arrive(claims_of("ann"), "the refresh token"));
    const auto record = store_->read([&](const storage::View& view) {
        return storage::find_known_person(view, issuer(), "ann");
    });
    ASSERT_TRUE(record && *record);
    EXPECT_TRUE((*record)->sealed.starts_with("RHS\x01"));
    EXPECT_EQ((*record)->sealed.find("refresh"), std::string::npos);
}

TEST_F(PeopleOfAProvider, TellStepByStepWhetherTheirProviderCanBeUsed) {
    set("/token", R"({"error":"invalid_grant"})", 400);
    const auto test = provider_->test_connection();
    EXPECT_TRUE(test.is_good());
    EXPECT_EQ(test.steps.size(), 4U);
    set("/token", R"({"error":"invalid_client"})", 401);
    EXPECT_FALSE(provider_->test_connection().steps.back().is_good);
    set("/keys", R"({"keys":[]})");
    EXPECT_EQ(provider_->test_connection().steps.size(), 2U);
    set("/.well-known/openid-configuration", "{}");
    const auto none = provider_->test_connection();
    ASSERT_EQ(none.steps.size(), 1U);
    EXPECT_NE(none.steps[0].remedy.find("issuer"), std::string::npos);
}

}  // namespace
}  // namespace rhumb::providers
