#include "identity/throttle.h"

#include <gtest/gtest.h>

namespace rhumb::identity {
namespace {

using std::chrono::seconds;

Seconds at(std::int64_t time) { return Seconds{seconds{time}}; }

constexpr std::string_view home = "192.0.2.1";

class ThrottleOfGuesses : public ::testing::Test {
protected:
    seconds wait(std::string_view account, std::string_view address) {
        return throttle_.admit(account, address, at(now_)).wait;
    }
    /// Fails as often as it is let, for so long; says how often that was.
    int hammer(std::string_view account, std::string_view address, std::int64_t for_seconds) {
        int tries = 0;
        for (const auto end = now_ + for_seconds; now_ < end;) {
            const auto waiting = wait(account, address);
            if (waiting.count() == 0) ++tries;
            now_ += waiting.count();
        }
        return tries;
    }

    Throttle throttle_{"a secret of this test"};
    std::int64_t now_ = 1'000'000;
};

TEST_F(ThrottleOfGuesses, LetsThreeFailFreely) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(wait("ann", home), seconds{0}) << i;
    EXPECT_EQ(wait("ann", home), seconds{1});
    now_ += 1;
    EXPECT_EQ(wait("ann", home), seconds{0});
    EXPECT_EQ(wait("ann", home), seconds{2});
}

TEST_F(ThrottleOfGuesses, LocksAnAddressOutOfAnAccountAfterTenInARow) {
    std::int64_t waited = 0;
    for (int tries = 0; tries < 10;) {
        const auto verdict = throttle_.admit("ann", home, at(now_));
        if (verdict.wait.count() == 0) {
            ++tries;
            EXPECT_EQ(verdict.is_last, tries == 10);
        }
        now_ += verdict.wait.count();
        waited += verdict.wait.count();
    }
    EXPECT_EQ(waited, 1 + 2 + 4 + 8 + 16 + 32 + 64);
    EXPECT_EQ(wait("ann", home), seconds{15 * 60});
    now_ += 15 * 60 - 1;
    EXPECT_EQ(wait("ann", home), seconds{1});
    now_ += 1;
    EXPECT_EQ(wait("ann", home), seconds{0});
    EXPECT_EQ(wait("ann", home), seconds{15 * 60});
}

TEST_F(ThrottleOfGuesses, TakesAPairForItself) {
    for (int i = 0; i < 3; ++i) wait("ann", home);
    EXPECT_GT(wait("ann", home), seconds{0});
    EXPECT_GT(wait("ANN", "::ffff:192.0.2.1"), seconds{0});
    EXPECT_EQ(wait("bob", home), seconds{0});
    EXPECT_EQ(wait("ann", "192.0.2.2"), seconds{0});
}

TEST_F(ThrottleOfGuesses, CountsManyAtOnceAsManyInARow) {
    int let = 0;
    for (int i = 0; i < 1000; ++i) let += wait("ann", home).count() == 0 ? 1 : 0;
    EXPECT_EQ(let, 3);
}

TEST_F(ThrottleOfGuesses, ForgetsFailuresAfterSuccess) {
    for (int i = 0; i < 3; ++i) wait("ann", home);
    throttle_.succeeded("ann", home, at(now_));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(wait("ann", home), seconds{0});
    EXPECT_GT(wait("ann", home), seconds{0});
}

TEST_F(ThrottleOfGuesses, TakesBackWhatWasNoFailure) {
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(wait("ann", home), seconds{0}) << i;
        throttle_.undone("ann", home, at(now_));
    }
}

TEST_F(ThrottleOfGuesses, TakesNoMoreBackThanOne) {
    for (int i = 0; i < 9; ++i) {
        now_ += 100;
        EXPECT_EQ(wait("ann", home), seconds{0});
    }
    EXPECT_EQ(wait("ann", home), seconds{64});
    now_ += 64;
    EXPECT_EQ(wait("ann", home), seconds{0});
    throttle_.undone("ann", home, at(now_));
    EXPECT_EQ(wait("ann", home), seconds{0});
    EXPECT_EQ(wait("ann", home), seconds{15 * 60});
}

TEST_F(ThrottleOfGuesses, SlowsAnAddressThatTriesManyAccounts) {
    int let = 0;
    for (int i = 0; i < 1000; ++i)
        let += wait("user " + std::to_string(i), home).count() == 0 ? 1 : 0;
    EXPECT_EQ(let, 50);
    EXPECT_EQ(wait("somebody", home), seconds{12});
    now_ += 12;
    EXPECT_EQ(wait("somebody", home), seconds{0});
    EXPECT_GT(wait("somebody else", home), seconds{0});
    EXPECT_EQ(wait("somebody", "192.0.2.2"), seconds{0});
}

TEST_F(ThrottleOfGuesses, CountsAllOfAnIpv6NetworkAsOne) {
    int let = 0;
    for (int i = 0; i < 1000; ++i)
        let += wait("user " + std::to_string(i), "2001:db8:0:1::" + std::to_string(i)).count() == 0
                   ? 1
                   : 0;
    EXPECT_EQ(let, 50);
    EXPECT_EQ(wait("ann", "2001:db8:0:2::1"), seconds{0});
}

TEST_F(ThrottleOfGuesses, LetsTheOwnerInWhileAThousandAddressesGuess) {
    throttle_.admit("ann", "198.51.100.7", at(now_));
    throttle_.succeeded("ann", "198.51.100.7", at(now_));
    int let = 0;
    for (int i = 0; i < 1000; ++i)
        let += wait("ann", "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250))
                           .count() == 0
                   ? 1
                   : 0;
    EXPECT_EQ(let, 30);
    // From where the account was used before: at once.
    EXPECT_EQ(wait("ann", "198.51.100.7"), seconds{0});
    // From anywhere else: after a moment, however many go on.
    EXPECT_EQ(wait("ann", "203.0.113.9"), seconds{10});
    EXPECT_EQ(wait("ann", "203.0.113.9"), seconds{10});
    for (int i = 0; i < 1000; ++i) wait("ann", "10.1.0." + std::to_string(i % 250));
    now_ += 10;
    EXPECT_EQ(wait("ann", "203.0.113.9"), seconds{0});
    EXPECT_EQ(wait("ann", "203.0.113.9"), seconds{10});
    EXPECT_EQ(wait("bob", "203.0.113.9"), seconds{0});
}

TEST_F(ThrottleOfGuesses, NeverLocksOutTheMachineItself) {
    for (const auto* here : {"127.0.0.1", "::1"}) {
        for (int i = 0; i < 100; ++i) {
            const auto waiting = wait("ann", here);
            EXPECT_LE(waiting, seconds{30});
            now_ += waiting.count();
        }
    }
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(wait("user " + std::to_string(i), "::1"), seconds{0});
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(wait("ann", ""), seconds{0});
}

TEST_F(ThrottleOfGuesses, IsSlowEnoughForWeeksOfGuessing) {
    // One address, one account, a week: about 10 tries and then 4 an hour.
    EXPECT_LT(hammer("ann", home, 7 * 24 * 3600), 10 + 7 * 24 * 4 + 1);
}

TEST_F(ThrottleOfGuesses, SurvivesAClockThatIsSetBack) {
    hammer("ann", home, 600);
    now_ -= 24 * 3600;
    EXPECT_LE(wait("ann", home), seconds{15 * 60});
    int let = 0;
    for (int i = 0; i < 60; ++i) let += wait("x" + std::to_string(i), home).count() == 0 ? 1 : 0;
    EXPECT_LE(let, 50);
}

TEST_F(ThrottleOfGuesses, TakesItsLimitsFromTheConfiguration) {
    throttle_.set_limits({.account_failures = 2,
                          .account_wait = seconds{60},
                          .address_failures = 5,
                          .address_window = seconds{50}});
    EXPECT_EQ(wait("ann", home), seconds{0});
    EXPECT_EQ(wait("ann", home), seconds{0});
    EXPECT_EQ(wait("ann", home), seconds{60});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(wait("x" + std::to_string(i), home), seconds{0});
    EXPECT_EQ(wait("y", home), seconds{10});
}

TEST(ThrottleInABoundedPlace, ForgetsTheLeastFirst) {
    Throttle throttle{"secret", 64};
    throttle.set_limits({.account_failures = 10, .address_failures = 1'000'000});
    for (int i = 0; i < 3; ++i) throttle.admit("ann", home, at(100));
    throttle.admit("ann", home, at(100));
    throttle.admit("bob", "198.51.100.7", at(100));
    throttle.succeeded("bob", "198.51.100.7", at(100));
    for (int i = 0; i < 100'000; ++i)
        throttle.admit("user " + std::to_string(i), "10.0.0." + std::to_string(i % 200), at(200));
    EXPECT_LE(throttle.taken(), 64U);
}

TEST(AddressesAsTheyAreCounted, AreNetworksOfIpv6) {
    EXPECT_EQ(throttled_address("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(throttled_address("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(throttled_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(throttled_address("2001:DB8:1:2::9"), "2001:db8:1:2::/64");
    EXPECT_EQ(throttled_address("fe80::1%eth0"), "fe80::/64");
    EXPECT_EQ(throttled_address("::1"), "::1");
    EXPECT_EQ(throttled_address("no address"), "no address");
    EXPECT_EQ(throttled_address(""), "");
}

}  // namespace
}  // namespace rhumb::identity
