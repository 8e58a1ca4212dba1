/// Files that were made to keep the reader busy, or to make it stumble.

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "pki/bag_reading.h"
#include "pki/example.h"
#include "pki/pkcs12.h"
#include "pki/pkcs7.h"

namespace rhumb::pki {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

class BagLimits : public testing::Test {
protected:
    static std::string replaced(std::string text, std::string_view from, std::string_view to) {
        for (auto at = text.find(from); at != std::string::npos;
             at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
        return text;
    }

    const ExampleAuthority authority_;
    const Key key_ = *Key::generate(KeyType::ec_p256);
    const Chain chain_ = authority_.chain({"a.test"}, key_);
    const crypto::Secret password_ = crypto::Secret::copy_of("opensesame");
};

TEST_F(BagLimits, RefuseAFileThatIsTooLarge) {
    EXPECT_EQ(read_bag(std::string(bag_size_max + 1, ' ')).error().kind, ErrorKind::too_large);
}

TEST_F(BagLimits, RefuseRoundsOfKeyDerivationBeyondTheirBudget) {
    const auto file = to_pkcs12(chain_, key_, password_);
    const auto hasty = read_bag_within(file->view(), &password_, 99'999);
    ASSERT_FALSE(hasty);
    EXPECT_EQ(hasty.error().kind, ErrorKind::too_large);
    EXPECT_THAT(hasty.error().message, HasSubstr("100000 rounds"));

    const auto key = key_.to_encrypted_pem(password_);
    EXPECT_EQ(read_bag_within(key->view(), &password_, 199'999).error().kind, ErrorKind::too_large);
    // 100,000 as an INTEGER, and eight millions instead.
    const auto millions =
        replaced(std::string{file->view()}, std::string{"\x02\x03\x01\x86\xA0", 5},
                 std::string{"\x02\x03\x7F\xFF\xFF", 5});
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(read_bag_within(millions, &password_, 1'000'000).error().kind, ErrorKind::too_large);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{2});
}

/// scrypt with N = 2^30 in the place of a small one: gigabytes, were it tried.
TEST_F(BagLimits, RefuseTheMemoryThatScryptAsksFor) {
    // EncryptedPrivateKeyInfo: PBES2 of scrypt (N 2^30, r 8, p 1) and AES-256-CBC, and 16 bytes.
    const auto der = *text::from_hex(
        "3065305106092a864886f70d01050d3044302306092b06010401da47040b30160408000102030405"
        "0607020440000000020108020101301d060960864801650304012a04100000000000000000000000"
        "0000000000041000000000000000000000000000000000");
    const auto refused = read_bag(der, &password_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large) << refused.error().message;
}

TEST_F(BagLimits, RefuseMoreEntriesThanALimit) {
    std::string many;
    std::vector<Certificate> all;
    for (std::size_t i = 0; i <= bag_items_max; ++i) {
        all.push_back(*authority_.try_issue({fmt::format("a{}.test", i)}, key_));
        many += all.back().to_der();
    }
    for (const auto& bytes : {many, *to_pkcs7_der(all)}) {
        const auto refused = read_bag(bytes);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
        EXPECT_THAT(refused.error().message, HasSubstr("1000 entries"));
    }
}

TEST_F(BagLimits, RefuseMoreKeysThanALimit) {
    std::string many;
    for (std::size_t i = 0; i <= bag_keys_max; ++i)
        many += Key::generate(KeyType::ec_p256)->to_pem()->view();
    EXPECT_THAT(read_bag(many).error().message, HasSubstr("100 entries"));
}

TEST_F(BagLimits, AreNotReachedByTheSameThingManyTimes) {
    std::string many;
    while (many.size() + 1000 < bag_size_max) many += chain_.leaf().to_pem();
    EXPECT_THAT(read_bag(many)->certificates, SizeIs(1));
}

TEST_F(BagLimits, EndSoonWithTextsThatAreMadeToBeSlow) {
    const struct {
        const char* name;
        std::string_view piece;
    } cases[] = {
        {"empty blocks", "-----BEGIN X-----\n-----END X-----\n"},
        {"beginnings", "-----BEGIN X-----\n"},
        {"beginnings without an end", "-----BEGIN "},
        {"ends", "-----END CERTIFICATE-----\n"},
        {"dashes", "-"},
        {"line ends", "\n"},
        {"sequences", "\x30\x80"},
        {"short sequences", std::string_view{"\x30\x00", 2}},
        {"base64", "MIIB"},
        {"escaped line ends", "-----BEGIN X-----\\n"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        std::string text;
        while (text.size() + c.piece.size() <= bag_size_max) text += c.piece;
        const auto start = std::chrono::steady_clock::now();
        EXPECT_FALSE(read_bag(text, &password_));
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{10});
    }
}

TEST_F(BagLimits, HoldForEveryPlaceWhereAPkcs12FileIsCutOrChanged) {
    const auto file =
        to_pkcs12(chain_, key_, password_, {.encryption = Pkcs12Encryption::compatible});
    const std::string whole{file->view()};
    for (std::size_t size = 0; size < whole.size(); size += 7) {
        const auto cut = read_bag(whole.substr(0, size), &password_);
        ASSERT_FALSE(cut) << size;
        EXPECT_FALSE(cut.error().message.empty());
    }
    for (std::size_t at = 0; at < whole.size(); at += 11) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x04);
        const auto read = read_bag_within(changed, &password_, 100'000);
        // The integrity check covers all but itself and the outermost structure.
        EXPECT_FALSE(read) << at;
    }
}

}  // namespace
}  // namespace rhumb::pki
