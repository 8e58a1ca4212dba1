#include "crypto/hmac.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace rhumb::crypto {
namespace {

// RFC 2202 section 3, cases 1, 2 and 6.
TEST(HmacSha1, IsThatOfTheRfc) {
    EXPECT_EQ(text::to_hex(hmac_sha1(std::string(20, '\x0b'), "Hi There").value()),
              "b617318655057264e28bc0b6fb378c8ef146be00");
    EXPECT_EQ(text::to_hex(hmac_sha1("Jefe", "what do ya want for nothing?").value()),
              "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(text::to_hex(hmac_sha1(std::string(80, '\xaa'),
                                     "Test Using Larger Than Block-Size Key - Hash Key First")
                               .value()),
              "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

// RFC 4231 sections 4.2, 4.3 and 4.7.
TEST(HmacSha256, IsThatOfTheRfc) {
    EXPECT_EQ(text::to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There").value()),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(text::to_hex(hmac_sha256("Jefe", "what do ya want for nothing?").value()),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(text::to_hex(hmac_sha256(std::string(131, '\xaa'),
                                       "Test Using Larger Than Block-Size Key - Hash Key First")
                               .value()),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace rhumb::crypto
