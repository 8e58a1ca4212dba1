#include "crypto/password_seal.h"

#include <gtest/gtest.h>

namespace rhumb::crypto {
namespace {

constexpr PasswordCost cheap{10, 8, 1};

Secret text(std::string_view text) { return Secret::copy_of(text); }

TEST(PasswordSeal, OpensUnderTheSamePasswordAndPurpose) {
    const auto blob = *seal_under_password("a test", text("sesame"), "the key", cheap);
    EXPECT_EQ(blob.find("the key"), std::string::npos);

    const auto opened = open_under_password("a test", text("sesame"), blob);

    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->view(), "the key");
    EXPECT_EQ(*password_cost_of(blob), cheap);
}

TEST(PasswordSeal, MakesAnotherBlobEachTime) {
    EXPECT_NE(*seal_under_password("a test", text("sesame"), "the key", cheap),
              *seal_under_password("a test", text("sesame"), "the key", cheap));
}

TEST(PasswordSeal, SaysThatThePasswordIsAnotherOne) {
    const auto blob = *seal_under_password("a test", text("sesame"), "the key", cheap);

    for (const auto* const wrong : {"", "Sesame", "sesame "}) {
        const auto opened = open_under_password("a test", text(wrong), blob);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().kind, ErrorKind::denied) << opened.error().message;
    }
}

TEST(PasswordSeal, OpensForNoOtherPurpose) {
    const auto blob = *seal_under_password("a test", text("sesame"), "the key", cheap);
    EXPECT_EQ(open_under_password("another", text("sesame"), blob).error().kind,
              ErrorKind::invalid);
}

TEST(PasswordSeal, RefusesEveryChangedByte) {
    const auto blob = *seal_under_password("a test", text("sesame"), "the key", cheap);
    for (std::size_t index = 0; index < blob.size(); ++index) {
        if (index >= 4 && index < 7) continue;  // costs: the next test
        auto changed = blob;
        changed[index] = static_cast<char>(changed[index] ^ 1);
        EXPECT_FALSE(open_under_password("a test", text("sesame"), changed)) << index;
    }
    for (std::size_t size = 0; size < blob.size(); ++size)
        EXPECT_FALSE(open_under_password("a test", text("sesame"), blob.substr(0, size))) << size;
}

TEST(PasswordSeal, BoundsWhatAForeignBlobMayCost) {
    const auto blob = *seal_under_password("a test", text("sesame"), "the key", cheap);
    struct Case {
        std::size_t index;
        unsigned char value;
    };
    for (const auto& [index, value] : {Case{4, 0}, Case{4, 9}, Case{4, 21}, Case{4, 63}, Case{5, 0},
                                       Case{5, 255}, Case{6, 0}, Case{6, 255}}) {
        auto changed = blob;
        changed[index] = static_cast<char>(value);
        EXPECT_EQ(password_cost_of(changed).error().kind, ErrorKind::invalid) << index << value;
        EXPECT_FALSE(open_under_password("a test", text("sesame"), changed));
    }
    EXPECT_FALSE(seal_under_password("a test", text("sesame"), "the key", {20, 32, 1}));
}

}  // namespace
}  // namespace rhumb::crypto
