#include "cli/token_desk.h"

#include <gtest/gtest.h>

namespace rhumb::cli {
namespace {

TEST(TimesToLive, AreReadAsPeopleWriteThem) {
    using namespace std::chrono_literals;
    EXPECT_EQ(to_duration("90s"), 90s);
    EXPECT_EQ(to_duration("60m"), 60min);
    EXPECT_EQ(to_duration("60"), 60min);
    EXPECT_EQ(to_duration("12h"), 12h);
    EXPECT_EQ(to_duration("7d"), std::chrono::hours{7 * 24});
    for (const auto* const odd : {"", "m", "0", "0m", "-5m", "+5m", "5.5h", "5w", "5 m", "1h30m",
                                  "99999999999999999999d", "1000000001d"})
        EXPECT_FALSE(to_duration(odd)) << odd;
}

TEST(BindingsOfTokens, AreSaidInWords) {
    using Kind = identity::TokenBinding::Kind;
    EXPECT_EQ(to_text(identity::TokenBinding{}), "nothing");
    EXPECT_EQ(to_text(identity::TokenBinding{Kind::referer, "https://a.example"}),
              "the referer https://a.example");
    EXPECT_EQ(to_text(identity::TokenBinding{Kind::ip, "192.0.2.1"}), "the address 192.0.2.1");
}

}  // namespace
}  // namespace rhumb::cli
