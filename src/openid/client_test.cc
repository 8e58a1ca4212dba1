#include "openid/client.h"

#include <atomic>
#include <mutex>

#include "openid/testing.h"

namespace rhumb::openid {
namespace {

using nlohmann::json;

/// A provider over http on this machine, which answers what it is told to.
class AtProvider : public ::testing::Test {
protected:
    AtProvider() {
        set("/.well-known/openid-configuration",
            json{{"issuer", issuer()},
                 {"authorization_endpoint", peer_.url("/auth")},
                 {"token_endpoint", peer_.url("/token")},
                 {"userinfo_endpoint", peer_.url("/me")},
                 {"jwks_uri", peer_.url("/keys")}}
                .dump());
        set("/keys", key_set({key_.public_jwk()}));
        set_token(key_.sign(good_claims(issuer())));
        client_ = std::make_unique<Client>(options(), clock_);
    }

    std::string issuer() const { return fmt::format("http://127.0.0.1:{}", peer_.port()); }
    Client::Options options() const {
        return {.issuer = issuer(),
                .client_id = "rhumb",
                .client_secret = crypto::Secret::copy_of("the client secret"),
                .scopes = {"openid"},
                .wanted_claims = {},
                .limit = std::chrono::milliseconds{2000},
                .connections_max = 2,
                .roots_file = {}};
    }
    void set(const std::string& path, std::string body, int status = 200) {
        const std::lock_guard lock{mutex_};
        answers_[path] =
            fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                        status, body.size(), body);
    }
    void set_token(const std::string& id_token) {
        set("/token", json{{"access_token", "the access token"},
                           {"token_type", "Bearer"},
                           {"id_token", id_token},
                           {"refresh_token", "r2"}}
                          .dump());
    }
    int count(const std::string& path) {
        const std::lock_guard lock{mutex_};
        return counts_[path];
    }
    Result<Arrived> arrive(const std::string& issuer_said = "") {
        return client_->arrive(
            {.code = "the code", .state = "s", .issuer = issuer_said, .error = {}},
            "https://gis.example.org/login/openid/callback", journey_);
    }
    /// Refused, and nothing of it in words that should not be.
    void expect_refused(ErrorKind kind) {
        const auto arrived = arrive();
        ASSERT_FALSE(arrived);
        EXPECT_EQ(arrived.error().kind, kind) << arrived.error().message;
        for (const auto* secret :
             {"the code", "the client secret", "the access token", "verifier-verifier"})
            EXPECT_EQ(arrived.error().message.find(secret), std::string::npos)
                << arrived.error().message;
    }

    SigningKey key_;
    ManualClock clock_{Seconds{std::chrono::seconds{noon}}};
    std::mutex mutex_;
    std::map<std::string, std::string> answers_;
    std::map<std::string, int> counts_;
    Journey journey_{.state = "s", .nonce = "the nonce", .verifier = "verifier-verifier"};
    std::unique_ptr<Client> client_;
    fetch::Peer peer_{[this](const std::string& head) {
        const auto begin = head.find(' ') + 1;
        const auto path = head.substr(begin, head.find_first_of(" ?", begin) - begin);
        const std::lock_guard lock{mutex_};
        ++counts_[path];
        const auto found = answers_.find(path);
        return found == answers_.end() ? std::string{"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"}
                                       : found->second;
    }};
};

TEST_F(AtProvider, SomebodyArrives) {
    const auto arrived = arrive();
    ASSERT_TRUE(arrived) << arrived.error().message;
    EXPECT_EQ(arrived->subject, "s-1");
    EXPECT_EQ(arrived->refresh_token.view(), "r2");
    ASSERT_TRUE(arrive());
    EXPECT_EQ(count("/.well-known/openid-configuration"), 1) << "remembered";
    EXPECT_EQ(count("/keys"), 1);
    clock_.advance(std::chrono::hours{1});
    (void)arrive();
    EXPECT_EQ(count("/.well-known/openid-configuration"), 2) << "not for ever";
    EXPECT_EQ(count("/keys"), 2);
}

TEST_F(AtProvider, ANewKeyIsAskedForOnceInAWhile) {
    ASSERT_TRUE(arrive());
    const SigningKey next{"ES256", "key2"};
    set_token(next.sign(good_claims(issuer())));
    expect_refused(ErrorKind::denied);
    EXPECT_EQ(count("/keys"), 2) << "an unknown name of a key: asked anew";
    set("/keys", key_set({key_.public_jwk(), next.public_jwk()}));
    expect_refused(ErrorKind::denied);
    EXPECT_EQ(count("/keys"), 2) << "but not at once again";
    clock_.advance(std::chrono::seconds{30});
    EXPECT_TRUE(arrive());
    EXPECT_EQ(count("/keys"), 3);
}

TEST_F(AtProvider, ANewKeyByAnOldNameIsAskedForToo) {
    ASSERT_TRUE(arrive());
    const SigningKey next{"ES256", "key1"};
    set("/keys", key_set({next.public_jwk()}));
    set_token(next.sign(good_claims(issuer())));
    EXPECT_TRUE(arrive());
    EXPECT_EQ(count("/keys"), 2);
}

TEST_F(AtProvider, TokensThatAreNotGoodAreRefused) {
    auto other = good_claims(issuer());
    other["aud"] = "another client";
    set_token(key_.sign(other));
    expect_refused(ErrorKind::denied);
    other = good_claims(issuer());
    other.erase("exp");
    set_token(key_.sign(other));
    expect_refused(ErrorKind::denied);
    other = good_claims(issuer());
    other["nonce"] = "of another sign-in";
    set_token(key_.sign(other));
    expect_refused(ErrorKind::denied);
    set_token(unsigned_token({{"alg", "none"}}, good_claims(issuer())));
    expect_refused(ErrorKind::denied);
    set_token(unsigned_token({{"alg", "HS256"}, {"kid", "key1"}}, good_claims(issuer()),
                             "signed with a public key"));
    expect_refused(ErrorKind::denied);
    set_token("");
    expect_refused(ErrorKind::unavailable);
    set_token(SigningKey{}.sign(good_claims(issuer())));
    expect_refused(ErrorKind::denied);
}

TEST_F(AtProvider, HostileAnswersMakeItUnavailable) {
    const auto deep = std::string(100'000, '[');
    for (const auto& [body, status] :
         std::vector<std::pair<std::string, int>>{{"", 200},
                                                  {"{}", 200},
                                                  {deep, 200},
                                                  {"x", 500},
                                                  {"", 302},
                                                  {R"({"error":"invalid_client"})", 401},
                                                  {R"({"error":"<script>"})", 400},
                                                  {std::string(600'000, ' '), 200}}) {
        SCOPED_TRACE(body.substr(0, 30));
        set("/token", body, status);
        expect_refused(ErrorKind::unavailable);
    }
    set_token(key_.sign(good_claims(issuer())));
    for (const auto& body :
         {std::string{"{}"}, deep, R"({"keys":)" + deep, std::string(600'000, ' ')}) {
        set("/keys", body);
        expect_refused(ErrorKind::unavailable);
    }
    set("/token", R"({"error":"invalid_grant"})", 400);
    expect_refused(ErrorKind::denied);
}

TEST_F(AtProvider, AnotherIssuerInTheAnswerIsRefused) {
    EXPECT_FALSE(arrive("https://evil.example"));
    EXPECT_EQ(count("/token"), 0) << "and gets no code";
    EXPECT_TRUE(arrive(issuer()));
}

TEST_F(AtProvider, UserinfoFillsWhatIsMissingForTheSamePersonAlone) {
    auto wants = options();
    wants.wanted_claims = {"groups"};
    client_ = std::make_unique<Client>(std::move(wants), clock_);
    set("/me", R"({"sub":"s-1","groups":["planners"],"nonce":"x"})");
    const auto arrived = arrive();
    ASSERT_TRUE(arrived) << arrived.error().message;
    EXPECT_EQ(arrived->claims.texts("groups"), std::vector<std::string>{"planners"});
    EXPECT_EQ(arrived->claims.text("nonce"), "the nonce") << "the ID token wins";
    set("/me", R"({"sub":"s-2","groups":["administrators"]})");
    expect_refused(ErrorKind::denied);
    set("/me", "no");
    expect_refused(ErrorKind::unavailable);
}

TEST_F(AtProvider, RenewalIsForTheSamePerson) {
    auto claims = good_claims(issuer());
    claims.erase("nonce");
    set_token(key_.sign(claims));
    EXPECT_TRUE(client_->renew("r1", "s-1"));
    EXPECT_FALSE(client_->renew("r1", "s-2"));
    set("/token", R"({"access_token":"a","token_type":"Bearer"})");
    set("/me", R"({"sub":"s-1"})");
    const auto renewed = client_->renew("r1", "s-1");
    ASSERT_TRUE(renewed) << renewed.error().message;
    EXPECT_TRUE(renewed->refresh_token.is_empty()) << "the one there was goes on";
    set("/token", R"({"error":"invalid_grant"})", 400);
    EXPECT_EQ(client_->renew("r1", "s-1").error().kind, ErrorKind::denied);
}

TEST_F(AtProvider, FarewellsAreOfTheProvider) {
    EXPECT_TRUE(client_->read_farewell(key_.sign(good_farewell(issuer()))));
    EXPECT_FALSE(client_->read_farewell(key_.sign(good_claims(issuer()))));
    EXPECT_FALSE(client_->read_farewell(SigningKey{}.sign(good_farewell(issuer()))));
    EXPECT_FALSE(client_->read_farewell(""));
}

TEST_F(AtProvider, TheSecretIsTriedWithACodeThatIsNone) {
    const auto metadata = client_->ask_for_discovery();
    ASSERT_TRUE(metadata);
    EXPECT_EQ(*client_->ask_for_keys(*metadata), 1U);
    set("/token", R"({"error":"invalid_grant"})", 400);
    EXPECT_TRUE(client_->ask_for_nothing(*metadata, "https://x.example/"));
    set("/token", R"({"error":"invalid_client"})", 401);
    EXPECT_EQ(client_->ask_for_nothing(*metadata, "https://x.example/").error().kind,
              ErrorKind::denied);
    set("/token", "", 404);
    EXPECT_EQ(client_->ask_for_nothing(*metadata, "https://x.example/").error().kind,
              ErrorKind::conflict);
}

}  // namespace
}  // namespace rhumb::openid
