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

TEST(LongerDigests, AgreeWithThePublishedExamples) {
    EXPECT_EQ(text::to_hex(*sha384("abc")),
              "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
              "8086072ba1e7cc2358baeca134c825a7");
    EXPECT_EQ(text::to_hex(*sha512("abc")),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

}  // namespace
}  // namespace rhumb::crypto
