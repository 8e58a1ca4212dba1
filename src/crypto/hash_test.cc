#include "crypto/hash.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace rhumb::crypto {
namespace {

TEST(Sha256, AgreesWithThePublishedExamples) {
    struct Case {
        std::string_view input, digest;
    };
    // FIPS 180-4's example "abc", and the empty message.
    for (const auto& c :
         {Case{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
          Case{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}) {
        const auto digest = sha256(c.input);
        ASSERT_TRUE(digest);
        EXPECT_EQ(text::to_hex(*digest), c.digest);
    }
}

}  // namespace
}  // namespace rhumb::crypto
