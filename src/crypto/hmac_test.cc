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

}  // namespace
}  // namespace rhumb::crypto
