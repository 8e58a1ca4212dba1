#include "openid/jose.h"

#include "openid/testing.h"

namespace rhumb::openid {
namespace {

TEST(Token, CountsWhenAKeyOfTheProviderSignedIt) {
    for (const auto* algorithm :
         {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}) {
        SCOPED_TRACE(algorithm);
        const SigningKey key{algorithm}, other{algorithm, "key2"};
        const auto keys = Keys::parse(key_set({other.public_jwk(), key.public_jwk()}));
        ASSERT_TRUE(keys);
        EXPECT_EQ(keys->count(), 2U);
        const auto payload = keys->payload_of(key.sign(good_claims()));
        ASSERT_TRUE(payload) << payload.error().message;
        EXPECT_EQ(nlohmann::json::parse(*payload), good_claims());
    }
}

TEST(Token, CountsForNothingWhenAnythingOfItIsChanged) {
    const SigningKey key;
    const auto keys = *Keys::parse(key_set({key.public_jwk()}));
    const auto token = key.sign(good_claims());
    auto other = good_claims();
    other["sub"] = "s-2";
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    const auto swapped =
        token.substr(0, first + 1) + text::to_base64url(other.dump()) + token.substr(last);
    EXPECT_FALSE(keys.payload_of(swapped));
    EXPECT_FALSE(keys.payload_of(token.substr(0, last + 1)));
    EXPECT_FALSE(keys.payload_of(token.substr(0, last)));
    EXPECT_FALSE(keys.payload_of(token + "A"));
    EXPECT_FALSE(keys.payload_of(token + ".A"));
    EXPECT_FALSE(keys.payload_of(""));
    EXPECT_FALSE(keys.payload_of(".."));
    EXPECT_FALSE(keys.payload_of(std::string(token_bytes_max + 1, 'A')));
    EXPECT_TRUE(keys.payload_of(token));
}

TEST(Token, IsNeverTakenWithoutASignatureOrWithASharedSecret) {
    const SigningKey key{"RS256"};
    const auto keys = *Keys::parse(key_set({key.public_jwk()}));
    for (const auto* algorithm :
         {"none", "None", "", "HS256", "HS384", "HS512", "EdDSA", "RSA1_5"}) {
        for (const auto* signature : {"", "0123456789abcdef0123456789abcdef"}) {
            const auto token =
                unsigned_token({{"alg", algorithm}, {"kid", "key1"}}, good_claims(), signature);
            const auto payload = keys.payload_of(token);
            ASSERT_FALSE(payload) << algorithm;
            EXPECT_EQ(payload.error().kind, ErrorKind::denied);
        }
    }
    EXPECT_FALSE(keys.payload_of(unsigned_token({{"kid", "key1"}}, good_claims())));
    EXPECT_FALSE(keys.payload_of(unsigned_token({{"alg", 5}}, good_claims())));
}

TEST(Token, SignedByTheRightKindOfKeyAlone) {
    const SigningKey key{"ES256"}, longer{"ES384", "key1"}, rsa{"RS256", "key1"};
    const auto keys = *Keys::parse(key_set({key.public_jwk()}));
    EXPECT_FALSE(keys.fits(*read_header(longer.sign(good_claims()))));
    EXPECT_FALSE(keys.fits(*read_header(rsa.sign(good_claims()))));
    EXPECT_FALSE(keys.payload_of(longer.sign(good_claims())));
    auto jwk = rsa.public_jwk();
    jwk["alg"] = "PS256";
    EXPECT_FALSE(Keys::parse(key_set({jwk}))->payload_of(rsa.sign(good_claims())));
}

TEST(Token, MayLeaveOutTheNameOfItsKey) {
    const SigningKey key{"ES256", ""}, other{"ES256", ""};
    const auto keys = *Keys::parse(key_set({other.public_jwk(), key.public_jwk()}));
    EXPECT_TRUE(keys.payload_of(key.sign(good_claims())));
}

TEST(Token, WithExtensionsThatWeDoNotKnowIsRefused) {
    const SigningKey key;
    EXPECT_FALSE(read_header(key.sign(good_claims(), {{"crit", {"x", "y"}}})));
    EXPECT_FALSE(read_header(unsigned_token({{"alg", "RS256"}, {"b64", false}}, good_claims())));
    EXPECT_TRUE(read_header(unsigned_token({{"alg", "RS256"}}, good_claims())));
    const auto header = read_header(key.sign(good_claims(), {{"typ", "JWT"}}));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->type, "jwt");
    EXPECT_EQ(header->key, "key1");
}

TEST(Keys, LeaveOutWhatIsOfNoUse) {
    const SigningKey good, weak{"RS256", "weak", 1024};
    auto for_encryption = good.public_jwk();
    for_encryption["use"] = "enc";
    auto for_signing = good.public_jwk();
    for_signing["key_ops"] = {"sign"};
    const nlohmann::json secret{{"kty", "oct"}, {"k", "c2VjcmV0"}, {"alg", "HS256"}};
    const nlohmann::json edwards{
        {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}};
    const nlohmann::json broken{{"kty", "EC"}, {"crv", "P-256"}, {"x", "AA"}, {"y", "AA"}};
    const nlohmann::json none{{"kty", "RSA"}, {"n", "AQAB"}};
    const auto keys =
        Keys::parse(key_set({for_encryption, for_signing, secret, edwards, broken, none,
                             weak.public_jwk(), nlohmann::json("text"), good.public_jwk()}));
    ASSERT_TRUE(keys);
    EXPECT_EQ(keys->count(), 1U);
}

TEST(Keys, RefuseWhatIsNoSetOfThem) {
    const auto many = nlohmann::json{{"keys", std::vector<int>(Keys::count_max + 1, 1)}}.dump();
    const auto deep = R"({"keys":)" + std::string(40, '[') + std::string(40, ']') + "}";
    for (const auto& text :
         {std::string{}, std::string{"[]"}, std::string{"{}"}, std::string{R"({"keys":{}})"},
          std::string{R"({"keys":[],"keys":[]})"}, many, deep})
        EXPECT_FALSE(Keys::parse(text)) << text.substr(0, 40);
}

}  // namespace
}  // namespace rhumb::openid
