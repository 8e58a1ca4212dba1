#include "crypto/seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/random.h"

namespace rhumb::crypto {
namespace {

using testing::HasSubstr;

Seal new_seal() { return *Seal::make(*random_secret(Seal::key_size)); }

TEST(Seal, OpensWhatItSealed) {
    const auto seal = new_seal();
    for (const std::string_view plain : {"", "x", "a private key"}) {
        const auto blob = seal.seal("certificate/1/key", plain);
        ASSERT_TRUE(blob);
        const auto opened = seal.open("certificate/1/key", *blob);
        ASSERT_TRUE(opened) << opened.error().message;
        EXPECT_EQ(opened->view(), plain);
    }
}

TEST(Seal, NeverSealsTheSameWayTwiceNorShowsThePlainText) {
    const auto seal = new_seal();

    const auto first = seal.seal("p", "a private key");
    const auto second = seal.seal("p", "a private key");

    EXPECT_NE(*first, *second);
    EXPECT_THAT(*first, testing::Not(HasSubstr("private")));
}

TEST(Seal, RefusesABlobOfAnotherPurpose) {
    const auto seal = new_seal();
    const auto blob = seal.seal("certificate/1/key", "a private key");

    const auto opened = seal.open("certificate/2/key", *blob);

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
    EXPECT_THAT(opened.error().message, HasSubstr("belongs to another record"));
}

TEST(Seal, SaysThatTheMasterKeyIsAnother) {
    const auto blob = new_seal().seal("p", "a private key");
    const auto other = new_seal();

    const auto opened = other.open("p", *blob);

    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("and this one is " + other.key_id()));
    EXPECT_THAT(opened.error().message, HasSubstr("put back the master key"));
}

TEST(Seal, OpensUnderSeveralKeysAndSealsUnderTheFirst) {
    const auto first_key = *random_secret(Seal::key_size);
    const auto second_key = *random_secret(Seal::key_size);
    const auto first = *Seal::make(Secret::copy_of(first_key.view()));
    const auto second = *Seal::make(Secret::copy_of(second_key.view()));
    std::vector<Secret> keys;
    keys.push_back(Secret::copy_of(first_key.view()));
    keys.push_back(Secret::copy_of(second_key.view()));
    const auto both = *Seal::make(std::move(keys));

    EXPECT_EQ(both.key_ids(), (std::vector{first.key_id(), second.key_id()}));
    EXPECT_EQ(both.open("p", *first.seal("p", "one"))->view(), "one");
    EXPECT_EQ(both.open("p", *second.seal("p", "two"))->view(), "two");
    EXPECT_EQ(Seal::key_id_of(*both.seal("p", "x")), first.key_id());
    const auto turned = both.with_first(second.key_id());
    ASSERT_TRUE(turned);
    EXPECT_EQ(Seal::key_id_of(*turned->seal("p", "x")), second.key_id());
    EXPECT_EQ(both.with_first("0000000000000000").error().kind, ErrorKind::not_found);
    EXPECT_EQ(Seal::key_id_of("no blob"), "");
    EXPECT_EQ(Seal::make(std::vector<Secret>{}).error().kind, ErrorKind::invalid);
}

TEST(Seal, TakesOverTheKeysOfAnotherWhileItIsUsed) {
    auto seal = new_seal();
    const auto next = new_seal();
    const auto blob = *next.seal("p", "x");
    EXPECT_FALSE(seal.open("p", blob));

    seal.take_over(next);

    EXPECT_TRUE(seal.open("p", blob));
    EXPECT_EQ(seal.key_id(), next.key_id());
}

TEST(Seal, RefusesEveryChangedByteAndEveryCut) {
    const auto seal = new_seal();
    const auto blob = *seal.seal("p", "a private key");

    for (std::size_t i = 0; i < blob.size(); ++i) {
        auto changed = blob;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(seal.open("p", changed)) << "byte " << i;
        EXPECT_FALSE(seal.open("p", blob.substr(0, i))) << "cut at " << i;
    }
}

TEST(Seal, RefusesAKeyOfAnotherSizeAndASecretThatIsTooLarge) {
    EXPECT_EQ(Seal::make(Secret{16}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(new_seal().seal("p", std::string((1U << 20U) + 1, 'x')).error().kind,
              ErrorKind::too_large);
}

}  // namespace
}  // namespace rhumb::crypto
