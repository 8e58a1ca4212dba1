#include "pki/key.h"

#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "pki/example.h"

namespace rhumb::pki {
namespace {

using testing::HasSubstr;

/// What a command of the system prints: the other side of a conversation with OpenSSL's own tool.
std::string output_of(const std::string& command) {
    std::string output;
    FILE* const pipe = ::popen(command.c_str(), "r");
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
    ::pclose(pipe);
    return output;
}

TEST(KeyType, HasTheTextsOfTheCommandLine) {
    for (const auto* text : {"ec-p256", "ec-p384", "rsa-2048", "rsa-3072", "rsa-4096"})
        EXPECT_EQ(to_text(*parse_key_type(text)), text);
    EXPECT_THAT(parse_key_type("rsa-1024").error().message, HasSubstr("rsa-2048"));
}

TEST(Key, IsOfTheKindAskedFor) {
    for (const auto type :
         {KeyType::ec_p256, KeyType::ec_p384, KeyType::rsa_2048, KeyType::rsa_3072}) {
        const auto key = Key::generate(type);
        ASSERT_TRUE(key) << key.error().message;
        EXPECT_EQ(key->type(), to_text(type));
    }
}

TEST(Key, IsTheSameAfterALapThroughPkcs8) {
    for (const auto type : {KeyType::ec_p256, KeyType::rsa_2048}) {
        const auto key = *Key::generate(type);
        const auto der = key.to_pkcs8_der();
        ASSERT_TRUE(der) << der.error().message;

        const auto again = Key::from_der(*der);

        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(*again->public_key().digest(), *key.public_key().digest());
        EXPECT_EQ(again->to_pkcs8_der()->view(), der->view());
    }
}

TEST(Key, MatchesItsOwnCertificateAlone) {
    const ExampleAuthority authority;
    const auto key = *Key::generate(KeyType::ec_p256);
    const auto certificate = *authority.try_issue({"localhost"}, key);

    EXPECT_TRUE(key.matches(certificate));
    EXPECT_FALSE(key.matches(authority.intermediate));
    EXPECT_FALSE(Key::generate(KeyType::rsa_2048)->matches(certificate));
    EXPECT_EQ(*certificate.public_key().digest(), *key.public_key().digest());
}

TEST(Key, ReadsWhatOpensslWrites) {
    const auto plain = Key::from_pem(
        output_of("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 2>/dev/null"));
    ASSERT_TRUE(plain) << plain.error().message;
    EXPECT_EQ(plain->type(), "ec-p384");

    const auto ed25519 = Key::from_pem(output_of("openssl genpkey -algorithm ED25519"));
    ASSERT_TRUE(ed25519) << ed25519.error().message;
    EXPECT_EQ(ed25519->type(), "ed25519");

    const auto sec1 = Key::from_pem(output_of("openssl ecparam -name prime256v1 -genkey -noout"));
    ASSERT_TRUE(sec1) << sec1.error().message;
    EXPECT_EQ(sec1->type(), "ec-p256");
}

TEST(Key, OpensWithItsPasswordOnlyAndNeverAsks) {
    const auto pem = output_of(
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:sesame");
    const auto right = crypto::Secret::copy_of("sesame");
    const auto wrong = crypto::Secret::copy_of("barley");

    EXPECT_TRUE(Key::from_pem(pem, &right));
    EXPECT_THAT(Key::from_pem(pem, &wrong).error().message, HasSubstr("the password is wrong"));
    EXPECT_THAT(Key::from_pem(pem).error().message, HasSubstr("without a password"));
}

TEST(Key, RefusesWhatNoServerShouldUse) {
    struct Case {
        const char *command, *why;
    };
    for (
        const auto& c :
        {Case{"openssl genrsa 1024 2>/dev/null", "1024 bits"},
         Case{"openssl ecparam -name secp256k1 -genkey -noout", "curve secp256k1"},
         Case{"openssl genpkey -algorithm X25519", "kind X25519"},
         Case{"echo nothing", "no private key"},
         Case{
             "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null | head -c 100",
             "no private key"}}) {
        SCOPED_TRACE(c.command);
        const auto key = Key::from_pem(output_of(c.command));
        ASSERT_FALSE(key);
        EXPECT_EQ(key.error().kind, ErrorKind::invalid);
        EXPECT_THAT(key.error().message, HasSubstr(c.why));
    }
    EXPECT_EQ(Key::from_pem(std::string(100'000, 'x')).error().kind, ErrorKind::too_large);
    EXPECT_EQ(Key::from_der(crypto::Secret::copy_of("nothing")).error().kind, ErrorKind::invalid);
}

TEST(Key, IsWrittenAsPemPlainAndEncrypted) {
    const auto key = *Key::generate(KeyType::ec_p256);
    const auto password = crypto::Secret::copy_of("opensesame"),
               wrong = crypto::Secret::copy_of("x");

    const auto plain = key.to_pem();
    ASSERT_TRUE(plain) << plain.error().message;
    EXPECT_TRUE(plain->view().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    EXPECT_EQ(*Key::from_pem(plain->view())->public_key().digest(), *key.public_key().digest());

    const auto sealed = key.to_encrypted_pem(password);
    ASSERT_TRUE(sealed) << sealed.error().message;
    EXPECT_TRUE(sealed->view().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    EXPECT_EQ(*Key::from_pem(sealed->view(), &password)->public_key().digest(),
              *key.public_key().digest());
    EXPECT_EQ(Key::from_pem(sealed->view(), &wrong).error().kind, ErrorKind::denied);
    EXPECT_EQ(Key::from_pem(sealed->view()).error().kind, ErrorKind::invalid);
    EXPECT_THAT(key.to_encrypted_pem({}).error().message, HasSubstr("password is empty"));
}

}  // namespace
}  // namespace rhumb::pki
