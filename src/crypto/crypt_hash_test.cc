#include "crypto/crypt_hash.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/password_hash.h"

namespace rhumb::crypto {
namespace {

// What crypt(3) of Debian 12 makes of this sentence.
constexpr const char* sentence = "seven slow snails";
constexpr const char* bcrypt = "$2b$06$mapsOfTheWholeCounty..1muVbBlalLrq3Df5IGIBmhj.3NRkoQm";
constexpr const char* sha512 =
    "$6$rounds=5000$saltofthesea$ZWOZyegwFSQSgeauawO8/pUuEvjdfg3H/gvPQnm6XnYrnm1IzKhxgecDANYjogzZN/X0ED5gFil./4xO9V1FN.";
constexpr const char* yescrypt =
    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$AaTwIQGpqFn4ox.95DeBCYbB0cACM4SurfcftqjjmQ7";

TEST(CryptHash, KnowsTheForms) {
    EXPECT_EQ(form_of_hash(""), HashForm::none);
    EXPECT_EQ(form_of_hash(hash_password("some password", {2, 8U << 20U}).value()),
              HashForm::argon2id);
    EXPECT_EQ(form_of_hash(bcrypt), HashForm::crypt);
    EXPECT_EQ(form_of_hash(sha512), HashForm::crypt);
    EXPECT_EQ(form_of_hash(yescrypt), HashForm::crypt);
    for (const char* text : {"secret", "$1$salt$abc", "5f4dcc3b5aa765d61d8327deb882cf99",
                             "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "$apr1$a$b", "$2y$07$short", "$",
                             "$$", "$6$a$b", "!$6$locked", "*", "$argon2id$v=19$m=0,t=1,p=1$a$b",
                             "$argon2i$v=19$m=1,t=1,p=1$a$b", "plain:text"})
        EXPECT_EQ(form_of_hash(text), HashForm::refused) << text;
    EXPECT_EQ(form_of_hash(std::string(5000, '$')), HashForm::refused);
}

TEST(CryptHash, RefusesHashesThatWouldKeepTheMachineBusy) {
    const std::string tail(86, 'a');
    EXPECT_EQ(form_of_hash("$6$rounds=999999999$salt$" + tail), HashForm::too_costly);
    EXPECT_EQ(form_of_hash("$2b$31$" + std::string(53, 'a')), HashForm::too_costly);
    EXPECT_EQ(form_of_hash("$argon2id$v=19$m=16777216,t=3,p=1$c2FsdA$aGFzaA"),
              HashForm::too_costly);
    EXPECT_EQ(form_of_hash("$argon2id$v=19$m=65536,t=4294967295,p=1$c2FsdA$aGFzaA"),
              HashForm::too_costly);
    EXPECT_EQ(form_of_hash("$y$jzT$salt$" + std::string(43, 'a')), HashForm::too_costly);
    EXPECT_EQ(form_of_hash("$y$j9T/.$salt$" + std::string(43, 'a')), HashForm::too_costly);
    EXPECT_EQ(form_of_hash("$y$j9T$salt$" + std::string(43, 'a')), HashForm::crypt);
}

TEST(CryptHash, KnowsTheRightPasswordOfEachForm) {
    const auto argon = hash_password(sentence, {2, 8U << 20U}).value();
    for (const auto& hash :
         {std::string{bcrypt}, std::string{sha512}, std::string{yescrypt}, argon}) {
        SCOPED_TRACE(hash);
        EXPECT_TRUE(is_password_of_any(hash, sentence).value());
        EXPECT_FALSE(is_password_of_any(hash, "seven slow snailS").value());
        EXPECT_FALSE(is_password_of_any(hash, "").value());
        EXPECT_FALSE(is_password_of_any(hash, std::string(5000, 'a')).value());
    }
    EXPECT_FALSE(is_password_of_any("secret", "secret").value());
    EXPECT_FALSE(is_password_of_any("", "").value());
}

TEST(CryptHash, LooksBeyondAZeroByte) {
    for (const auto* const more : {"", "and more"})
        EXPECT_FALSE(is_password_of_any(bcrypt, std::string{sentence} + '\0' + more).value());
}

}  // namespace
}  // namespace rhumb::crypto
