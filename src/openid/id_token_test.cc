#include "openid/id_token.h"

#include "openid/testing.h"

namespace rhumb::openid {
namespace {

using nlohmann::json;

Expected expected() {
    return {.issuer = "https://id.example.org",
            .client_id = "rhumb",
            .now = Seconds{std::chrono::seconds{noon}},
            .nonce = "the nonce",
            .access_token = "the access token",
            .algorithm = "ES256"};
}

Result<void> check(const json& claims, const Expected& wanted = expected()) {
    return check_id_token(*Claims::parse(claims.dump(), "test"), wanted);
}

json with(json claims, const char* name, const json& value) {
    claims[name] = value;
    return claims;
}

json without(json claims, const char* name) {
    claims.erase(name);
    return claims;
}

TEST(IdToken, IsGoodAsProvidersMakeIt) {
    EXPECT_TRUE(check(good_claims()));
    EXPECT_TRUE(check(with(good_claims(), "aud", {"rhumb"})));
    EXPECT_TRUE(check(with(with(good_claims(), "aud", {"other", "rhumb"}), "azp", "rhumb")));
    EXPECT_TRUE(check(with(good_claims(), "exp", noon - 59))) << "clocks differ";
    EXPECT_TRUE(check(with(good_claims(), "iat", noon + 59)));
    EXPECT_TRUE(check(with(good_claims(), "exp", noon + 0.5)));
}

TEST(IdToken, IsRefusedWhenAClaimIsWrong) {
    struct Case {
        const char* name;
        json claims;
    };
    const auto good = good_claims();
    for (const auto& c : std::vector<Case>{
             {"iss", with(good, "iss", "https://id.example.org/")},
             {"iss", without(good, "iss")},
             {"aud", with(good, "aud", "other")},
             {"aud", with(good, "aud", json::array())},
             {"aud", without(good, "aud")},
             {"azp", with(good, "aud", {"rhumb", "other"})},
             {"azp", with(good, "azp", "other")},
             {"azp", with(good, "azp", 1)},
             {"exp", with(good, "exp", noon - 60)},
             {"exp", without(good, "exp")},
             {"exp", with(good, "exp", "later")},
             {"exp", with(good, "exp", 1e300)},
             {"iat", with(good, "iat", noon + 61)},
             {"iat", with(good, "iat", noon - 90'000)},
             {"iat", without(good, "iat")},
             {"nbf", with(good, "nbf", noon + 100)},
             {"nonce", with(good, "nonce", "another")},
             {"nonce", without(good, "nonce")},
             {"sub", without(good, "sub")},
             {"sub", with(good, "sub", "")},
             {"sub", with(good, "sub", std::string(256, 'x'))},
             {"sub", with(good, "sub", 7)},
             {"events", with(good, "events", json::object())},
             {"at_hash", with(good, "at_hash", "AAAA")},
         }) {
        SCOPED_TRACE(c.claims.dump());
        const auto checked = check(c.claims);
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().kind, ErrorKind::denied);
        EXPECT_NE(checked.error().message.find(c.name), std::string::npos)
            << checked.error().message;
    }
}

TEST(IdToken, IsBoundToItsAccessToken) {
    // Base64url of the left half of the digest of "the access token", by another hand (openssl).
    auto wanted = expected();
    EXPECT_TRUE(check(with(good_claims(), "at_hash", "8kJybPby-BwHrrSnx_oS4A"), wanted));
    wanted.algorithm = "ES384";
    EXPECT_TRUE(check(with(good_claims(), "at_hash", "bwQ8xKcdxyVod9eOF5vTvZq2eiU96lY5"), wanted));
    wanted.algorithm = "RS512";
    EXPECT_TRUE(check(with(good_claims(), "at_hash", "rJq7e2CTaULjAi2cpsvtkzpr3rW65IwDOQ6JhWhRCao"),
                      wanted));
}

TEST(IdToken, NeedsNoNonceAfterARenewal) {
    auto wanted = expected();
    wanted.nonce.reset();
    EXPECT_TRUE(check(without(good_claims(), "nonce"), wanted));
}

Result<Farewell> read(const json& claims) {
    return check_logout_token(*Claims::parse(claims.dump(), "test"), expected());
}

TEST(LogoutToken, SaysWhoseSessionEnded) {
    const auto farewell = read(good_farewell());
    ASSERT_TRUE(farewell) << farewell.error().message;
    EXPECT_EQ(farewell->subject, "s-1");
    EXPECT_EQ(farewell->session, "session-1");
    EXPECT_EQ(farewell->id, "j-1");
    EXPECT_TRUE(read(without(good_farewell(), "sub")));
    EXPECT_TRUE(read(without(good_farewell(), "sid")));
    EXPECT_TRUE(read(without(good_farewell(), "exp"))) << "as drafts of the specification had it";
}

TEST(LogoutToken, IsRefusedWhenItIsNone) {
    const auto good = good_farewell();
    for (const auto& claims :
         {without(without(good, "sub"), "sid"), without(good, "events"),
          with(good, "events", json::object()),
          with(good, "events", {{"http://schemas.openid.net/event/backchannel-logout", "x"}}),
          with(good, "nonce", "n"), without(good, "jti"), without(good, "iat"),
          with(good, "iat", noon - 700), with(good, "exp", noon - 100), with(good, "aud", "other"),
          with(good, "iss", "https://other.example"), with(good, "sid", std::string(300, 'x')),
          good_claims()}) {
        SCOPED_TRACE(claims.dump());
        EXPECT_FALSE(read(claims));
    }
}

}  // namespace
}  // namespace rhumb::openid
