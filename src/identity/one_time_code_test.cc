#include "identity/one_time_code.h"

#include <gtest/gtest.h>

namespace rhumb::identity {
namespace {

constexpr std::string_view rfc_secret = "12345678901234567890";

Seconds at(std::int64_t time) { return Seconds{std::chrono::seconds{time}}; }

// RFC 6238 appendix B, the last six of its eight digits.
TEST(OneTimeCodes, AreThoseOfTheRfc) {
    const std::pair<std::int64_t, const char*> rows[] = {
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (const auto& [time, code] : rows)
        EXPECT_EQ(one_time_code(rfc_secret, one_time_step(at(time))).value(), code) << time;
}

TEST(OneTimeCodes, CountAStepBeforeAndAStepAfter) {
    const auto now = at(1111111111);
    const auto step = one_time_step(now);
    for (const auto by : {-1, 0, 1})
        EXPECT_EQ(find_step(rfc_secret, one_time_code(rfc_secret, step + by).value(), now, 0),
                  step + by);
    for (const auto by : {-2, 2})
        EXPECT_FALSE(find_step(rfc_secret, one_time_code(rfc_secret, step + by).value(), now, 0));
}

TEST(OneTimeCodes, CountOnce) {
    const auto now = at(1111111111);
    const auto step = one_time_step(now);
    const auto code = one_time_code(rfc_secret, step).value();
    EXPECT_TRUE(find_step(rfc_secret, code, now, step - 1));
    EXPECT_FALSE(find_step(rfc_secret, code, now, step));
    EXPECT_FALSE(find_step(rfc_secret, one_time_code(rfc_secret, step - 1).value(), now, step));
}

TEST(OneTimeCodes, AreTypedAsPeopleDo) {
    const auto now = at(1111111111);
    EXPECT_TRUE(find_step(rfc_secret, "050 471", now, 0));
    for (const auto* wrong : {"", "05047", "0504711", "50471", "050-471", "abcdef", "050471x"})
        EXPECT_FALSE(find_step(rfc_secret, wrong, now, 0)) << wrong;
}

TEST(Base32, IsThatOfTheRfc) {
    EXPECT_EQ(to_base32(""), "");
    EXPECT_EQ(to_base32("f"), "MY");
    EXPECT_EQ(to_base32("fo"), "MZXQ");
    EXPECT_EQ(to_base32("foo"), "MZXW6");
    EXPECT_EQ(to_base32("foob"), "MZXW6YQ");
    EXPECT_EQ(to_base32("fooba"), "MZXW6YTB");
    EXPECT_EQ(to_base32("foobar"), "MZXW6YTBOI");
}

TEST(OneTimeUri, NamesIssuerAndUser) {
    EXPECT_EQ(one_time_uri("foobar", "Rhumb gis.example.org", "Ann & Bob"),
              "otpauth://totp/Rhumb%20gis.example.org:Ann%20%26%20Bob?secret=MZXW6YTBOI"
              "&issuer=Rhumb%20gis.example.org&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace rhumb::identity
