#include "crypto/aead.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"

namespace rhumb::crypto {
namespace {

Aead under(char byte) { return *Aead::make(Secret::copy_of(std::string(Aead::key_size, byte))); }

const std::string nonce(Aead::nonce_size, 'n');

std::string opened(const Aead& aead, std::string_view associated, const std::string& sealed) {
    std::string out(sealed.size() - Aead::tag_size, '?');
    return aead.open(nonce, associated, sealed, out.data()) ? out : "does not open";
}

TEST(Aead, OpensWhatItSealed) {
    const auto aead = under('k');
    for (const auto& plain : {std::string{}, std::string{"a"}, std::string(5000, 'x')}) {
        const auto sealed = aead.seal(nonce, "about", plain);
        ASSERT_TRUE(sealed) << sealed.error().message;
        EXPECT_EQ(sealed->size(), plain.size() + Aead::tag_size);
        EXPECT_EQ(opened(aead, "about", *sealed), plain);
    }
}

/// Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation".
TEST(Aead, IsAes256Gcm) {
    const auto bytes = [](std::string_view hex) { return *text::from_hex(hex); };
    const auto aead = *Aead::make(
        Secret::copy_of(bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")));
    const auto sealed = aead.seal(
        bytes("cafebabefacedbaddecaf888"), bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
        bytes("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
              "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"));
    ASSERT_TRUE(sealed);
    EXPECT_EQ(text::to_hex(*sealed),
              "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
              "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
              "76fc6ece0f4e1768cddf8853bb2d551b");
}

TEST(Aead, RefusesEveryChange) {
    const auto aead = under('k');
    const auto sealed = *aead.seal(nonce, "about", "plain text");
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        auto changed = sealed;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_EQ(opened(aead, "about", changed), "does not open") << bit;
    }
    EXPECT_EQ(opened(aead, "About", sealed), "does not open");
    EXPECT_EQ(opened(under('l'), "about", sealed), "does not open");
    std::string out(sealed.size(), '?');
    EXPECT_FALSE(aead.open(std::string(Aead::nonce_size, 'm'), "about", sealed, out.data()));
    EXPECT_FALSE(aead.open("short", "about", sealed, out.data()));
    EXPECT_FALSE(aead.open(nonce, "about", sealed.substr(0, Aead::tag_size - 1), out.data()));
    EXPECT_EQ(opened(aead, "about", sealed), "plain text") << "after all these";
}

TEST(Aead, TakesKeysOfItsSizeAlone) {
    EXPECT_FALSE(Aead::make(Secret{16}));
    EXPECT_FALSE(Aead::make(Secret{}));
    EXPECT_FALSE(under('k').seal("short", "", "plain"));
}

TEST(Aead, IsUsedByManyThreadsAtOnce) {
    const auto aead = under('k');
    const auto sealed = *aead.seal(nonce, "about", "plain text");
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int i = 0; i < 12; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 500; ++j)
                if (opened(aead, "about", sealed) == "plain text") ++good;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(good, 12 * 500);
}

}  // namespace
}  // namespace rhumb::crypto
