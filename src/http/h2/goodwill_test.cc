#include "http/h2/goodwill.h"

#include <gtest/gtest.h>

namespace rhumb::http::h2 {
namespace {

using std::chrono::seconds;

/// How often `cost` can be spent at `now`.
std::uint32_t spend_all(Goodwill& goodwill, std::uint32_t cost, net::SteadyTime now) {
    std::uint32_t times = 0;
    while (goodwill.spend(cost, now)) ++times;
    return times;
}

TEST(Goodwill, EndsWhenItIsUsedUp) {
    const net::SteadyTime start{};
    Goodwill goodwill{start};

    EXPECT_EQ(spend_all(goodwill, Goodwill::reset, start), Goodwill::most / Goodwill::reset);
    EXPECT_FALSE(goodwill.spend(1, start + std::chrono::milliseconds{900}));
}

TEST(Goodwill, ComesBackWithTime) {
    const net::SteadyTime start{};
    Goodwill goodwill{start};
    spend_all(goodwill, 1, start);

    EXPECT_EQ(spend_all(goodwill, 1, start + seconds{2}), 2 * Goodwill::per_second);
    EXPECT_EQ(spend_all(goodwill, 1, start + seconds{1'000'000}), Goodwill::most);
}

TEST(Goodwill, ComesBackWithResponsesButNeverBeyondTheMost) {
    const net::SteadyTime start{};
    Goodwill goodwill{start};
    goodwill.earn(Goodwill::most);
    EXPECT_EQ(spend_all(goodwill, 1, start), Goodwill::most);

    for (int i = 0; i < 10; ++i) goodwill.earn(Goodwill::response);

    EXPECT_EQ(spend_all(goodwill, Goodwill::reset, start), 10);
}

}  // namespace
}  // namespace rhumb::http::h2
