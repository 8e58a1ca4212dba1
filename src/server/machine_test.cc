#include "server/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::server {
namespace {

TEST(HostFacts, HaveTheLoopbackAddressAndWhatIsWanted) {
    const auto facts = host_facts({"maps.test"});
    EXPECT_THAT(facts.addresses, testing::Contains("127.0.0.1"));
    EXPECT_THAT(facts.wanted, testing::ElementsAre("maps.test"));
    EXPECT_FALSE(facts.host_name.empty());
}

TEST(ClockJumps, AreSeenForwardsAndBackwards) {
    using namespace std::chrono;
    ClockJumps jumps;
    system_clock::time_point wall{hours{1'000'000}};
    steady_clock::time_point steady{hours{1}};

    EXPECT_FALSE(jumps.has_jumped(wall, steady));
    EXPECT_FALSE(jumps.has_jumped(wall += minutes{1}, steady += minutes{1}));
    EXPECT_TRUE(jumps.has_jumped(wall += hours{8}, steady += minutes{1}));   // slept
    EXPECT_TRUE(jumps.has_jumped(wall -= hours{24}, steady += seconds{1}));  // set back
    EXPECT_FALSE(jumps.has_jumped(wall += seconds{1}, steady += seconds{1}));
}

}  // namespace
}  // namespace rhumb::server
