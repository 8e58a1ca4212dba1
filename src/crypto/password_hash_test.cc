#include "crypto/password_hash.h"

#include <gtest/gtest.h>

namespace rhumb::crypto {
namespace {

/// Quick, for tests alone.
constexpr HashCost cheap{1, 8192};

std::string hash_of(std::string_view password) {
    auto hash = hash_password(password, cheap);
    EXPECT_TRUE(hash) << hash.error().message;
    return hash.value_or("");
}

TEST(PasswordHashes, AreOfArgon2idAndNeverTheSameTwice) {
    const auto first = hash_of("correct horse");
    EXPECT_TRUE(first.starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << first;
    EXPECT_NE(first, hash_of("correct horse"));
}

TEST(PasswordHashes, KnowTheirPasswordAndNoOther) {
    const auto hash = hash_of("correct horse");
    EXPECT_TRUE(is_password(hash, "correct horse").value());
    EXPECT_FALSE(is_password(hash, "correct hors").value());
    EXPECT_FALSE(is_password(hash, "correct horse ").value());
    EXPECT_FALSE(is_password(hash, "").value());
    const std::string with_zero{"a\0b", 3};
    EXPECT_TRUE(is_password(hash_of(with_zero), with_zero).value());
    EXPECT_FALSE(is_password(hash_of(with_zero), "a").value());
}

TEST(PasswordHashes, ThatAreNoneLetNobodyIn) {
    const auto hash = hash_of("x");
    for (const auto& wrong :
         {std::string{}, std::string{"x"}, hash.substr(0, hash.size() - 1), hash + "A",
          std::string(500, '$'), "$argon2id$" + std::string(120, 'A'), hash + '\0',
          std::string{"$argon2id$v=19$m=99999999999,t=1,p=1$c2FsdHNhbHQ$aGFzaA"}})
        EXPECT_FALSE(is_password(wrong, "x").value_or(false)) << wrong;
}

TEST(PasswordHashes, AreNotMadeOfPasswordsThatAreTooLong) {
    const auto refused = hash_password(std::string(password_bytes_max + 1, 'a'), cheap);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    const std::string longest(password_bytes_max, 'a');
    const auto hash = hash_of(longest);
    EXPECT_TRUE(is_password(hash, longest).value());
    EXPECT_FALSE(is_password(hash, longest + 'a').value());
}

TEST(PasswordHashes, AreMadeAnewWhenTheCostIsAnother) {
    const auto hash = hash_of("x");
    EXPECT_FALSE(needs_new_hash(hash, cheap));
    EXPECT_TRUE(needs_new_hash(hash, {2, 8192}));
    EXPECT_TRUE(needs_new_hash(hash, {1, 16384}));
    EXPECT_TRUE(needs_new_hash("", cheap));
}

TEST(PasswordHashes, OfNobodyLookLikeAnyOther) {
    const auto hash = nobodys_hash(cheap);
    ASSERT_TRUE(hash);
    EXPECT_EQ(hash->size(), hash_of("x").size());
    EXPECT_FALSE(needs_new_hash(*hash, cheap)) << "it is read as a hash of that cost: " << *hash;
    EXPECT_TRUE(needs_new_hash(*hash, {2, 8192}));
    EXPECT_FALSE(is_password(*hash, "x").value());
    EXPECT_NE(*hash, nobodys_hash(cheap).value());
}

TEST(PasswordHashes, CostWhatTheMachineCanBear) {
    const auto little = measure_hash_cost(std::chrono::milliseconds{0});
    const auto much = measure_hash_cost(std::chrono::hours{1});
    ASSERT_TRUE(little && much);
    EXPECT_EQ(little->passes, 2U);
    EXPECT_EQ(much->passes, 16U);
    EXPECT_EQ(much->memory_bytes, std::uint64_t{64} << 20U);
}

}  // namespace
}  // namespace rhumb::crypto
