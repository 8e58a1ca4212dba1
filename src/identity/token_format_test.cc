#include "identity/token_format.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace rhumb::identity {
namespace {

using Kind = TokenBinding::Kind;

Seconds at(std::int64_t seconds) { return Seconds{std::chrono::seconds{seconds}}; }

TokenClaims claims() {
    TokenClaims all;
    all.facts = {.id = "0123456789abcdef",
                 .user = "Ann O’Hara",
                 .binding = {Kind::referer, "https://a.example/app"},
                 .issued = at(1'795'390'929),
                 .expires = at(1'795'394'529)};
    all.revocations = 300;
    return all;
}

bool are_same(const TokenClaims& a, const TokenClaims& b) {
    return a.facts.id == b.facts.id && a.facts.user == b.facts.user &&
           a.facts.binding == b.facts.binding && a.facts.issued == b.facts.issued &&
           a.facts.expires == b.facts.expires && a.revocations == b.revocations;
}

TEST(ClaimsOfTokens, ComeBackAsTheyWereWritten) {
    auto longest = claims();
    longest.facts.user = std::string(token_user_bytes_max, 'u');
    longest.facts.binding.value = std::string(token_binding_bytes_max, 'b');
    longest.facts.expires = longest.facts.issued + std::chrono::hours{24 * 3660};
    longest.revocations = std::int64_t{1} << 50U;
    auto shortest = claims();
    shortest.facts.user = "a";
    shortest.facts.binding = {};
    shortest.revocations = 0;
    for (const auto& one : {claims(), longest, shortest}) {
        const auto back = decode_claims(encode_claims(one));
        ASSERT_TRUE(back);
        EXPECT_TRUE(are_same(*back, one));
    }
    EXPECT_LT(encode_claims(shortest).size(), 24U);
}

TEST(ClaimsOfTokens, AreNothingWhenCutOrTooLong) {
    const auto bytes = encode_claims(claims());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(decode_claims(std::string_view{bytes}.substr(0, size))) << size;
    EXPECT_FALSE(decode_claims(bytes + "x"));
}

TEST(ClaimsOfTokens, AreNothingWhenTheySayWhatIsNeverWritten) {
    const auto changed = [](std::size_t at, char to) {
        auto bytes = encode_claims(claims());
        bytes.at(at) = to;
        return decode_claims(bytes);
    };
    EXPECT_TRUE(changed(0, '\x01'));
    EXPECT_FALSE(changed(0, '\x02')) << "a version to come";
    auto bytes = encode_claims(claims());
    const auto kind = bytes.find('\x01', 9);
    ASSERT_NE(kind, std::string::npos);
    EXPECT_FALSE(changed(kind, '\x03')) << "a kind to come";
    EXPECT_FALSE(changed(kind, '\x00')) << "bound to nothing, with a value";
    auto nobody = claims();
    nobody.facts.user = "";
    EXPECT_FALSE(decode_claims(encode_claims(nobody)));
    auto unbound = claims();
    unbound.facts.binding.value = "";
    EXPECT_FALSE(decode_claims(encode_claims(unbound)));
    // A number that is longer than it has to be.
    EXPECT_FALSE(decode_claims(std::string{"\x01"} + "12345678" +
                               std::string{"\x81\x00\x01\x00\x00\x01", 6} + "a" + '\0'));
    EXPECT_TRUE(decode_claims(std::string{"\x01"} + "12345678" +
                              std::string{"\x01\x01\x00\x00\x01", 5} + "a" + '\0'));
}

TEST(KeysOfTokens, HaveNamesOfEightDigits) {
    EXPECT_EQ(to_text(TokenKeyName{0x0a1b2c3d}), "0a1b2c3d");
    EXPECT_EQ(to_key_name("0a1b2c3d"), TokenKeyName{0x0a1b2c3d});
    for (const auto* const odd : {"", "0a1b2c3", "0a1b2c3d4e", "0a1b2c3x"})
        EXPECT_FALSE(to_key_name(odd)) << odd;
}

class Sealed : public testing::Test {
protected:
    crypto::Aead aead_ =
        *crypto::Aead::make(crypto::Secret::copy_of(std::string(crypto::Aead::key_size, 'k')));
    std::string text_ = *seal_token(aead_, 0x0a1b2c3d, claims());
};

TEST_F(Sealed, TokensSayNothingThatCanBeRead) {
    EXPECT_TRUE(text_.starts_with("rh1"));
    EXPECT_EQ(
        text_.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string::npos);
    EXPECT_NE(text_, *seal_token(aead_, 0x0a1b2c3d, claims())) << "never twice the same";
    TokenParts parts;
    ASSERT_TRUE(take_apart(text_, parts));
    EXPECT_EQ(parts.key, 0x0a1b2c3dU);
    const std::string_view bytes{parts.bytes.data(), parts.size};
    EXPECT_EQ(bytes.find("Ann"), std::string::npos);
    EXPECT_EQ(bytes.find("example"), std::string::npos);
    EXPECT_EQ(bytes.find(*text::from_hex("0123456789abcdef")), std::string::npos);
    const auto opened = open_token(aead_, parts);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(are_same(*opened, claims()));
}

TEST_F(Sealed, TokensAreWrittenInOneWay) {
    TokenParts parts;
    const auto is_token = [&](const std::string& text) { return take_apart(text, parts); };
    EXPECT_TRUE(is_token(text_));
    EXPECT_FALSE(is_token(text_ + "="));
    EXPECT_FALSE(is_token(text_ + " "));
    EXPECT_FALSE(is_token(" " + text_));
    EXPECT_FALSE(is_token("RH1" + text_.substr(3)));
    EXPECT_FALSE(is_token("rh2" + text_.substr(3)));
    EXPECT_FALSE(is_token("rh1"));
    EXPECT_FALSE(is_token(""));
    EXPECT_FALSE(is_token(std::string(token_text_bytes_max + 1, 'r')));
    EXPECT_FALSE(is_token("rh1" + std::string(token_text_bytes_max, 'A')));
    EXPECT_FALSE(is_token(text_.substr(0, 20) + '\0' + text_.substr(21)));
    EXPECT_FALSE(is_token(text_.substr(0, 20) + "+" + text_.substr(21)));
    EXPECT_TRUE(is_token("rh1" + std::string(token_text_bytes_max - 5, 'A')));
    EXPECT_FALSE(open_token(aead_, parts));
}

}  // namespace
}  // namespace rhumb::identity
