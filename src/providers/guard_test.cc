#include "providers/guard.h"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace rhumb::providers {
namespace {

using namespace std::chrono_literals;

class AGuard : public ::testing::Test {
protected:
    /// Both clocks.
    void advance(std::chrono::seconds by) {
        clock_.advance(by);
        steady_ += by;
    }
    Result<int> ask(bool is_there) {
        ++asked_;
        return guard_.run<int>([&]() -> Result<int> {
            ++called_;
            if (!is_there) return fail(ErrorKind::unavailable, "county: nobody at db.test");
            return 7;
        });
    }
    void let_rest() {
        for (int i = 0; i < 3; ++i) EXPECT_FALSE(ask(false));
        EXPECT_EQ(guard_.health().state, Health::State::resting);
    }

    ManualClock clock_{Seconds{1'000'000s}};
    std::chrono::steady_clock::time_point steady_{};
    observe::Log log_ = observe::Log::to_nowhere();
    Guard guard_{
        "county", {.calls_max = 2, .waiting_max = 2, .wait_max = 50ms}, clock_, log_, [this] {
            return steady_;
        }};
    int asked_ = 0;
    int called_ = 0;
};

TEST_F(AGuard, PassesAnswersOnAndCountsThem) {
    EXPECT_EQ(guard_.health().state, Health::State::untried);
    EXPECT_EQ(ask(true).value(), 7);
    const auto health = guard_.health();
    EXPECT_EQ(health.state, Health::State::good);
    EXPECT_EQ(health.calls, 1U);
    EXPECT_EQ(health.failures, 0U);
    EXPECT_EQ(health.last_success, clock_.now());
    EXPECT_EQ(health.last_error, "");
}

TEST_F(AGuard, PassesFailuresOnAsTheyAre) {
    const auto answer = ask(false);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().message, "county: nobody at db.test");
    EXPECT_EQ(guard_.health().state, Health::State::failing);
}

TEST_F(AGuard, RestsAfterThreeFailuresAndRefusesAtOnce) {
    let_rest();
    const auto refused = ask(true);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(refused.error().message,
              "«county» does not answer (county: nobody at db.test); it is asked again in 1 s");
    EXPECT_EQ(called_, 3);
    EXPECT_EQ(guard_.health().refused, 1U);
}

TEST_F(AGuard, ForgetsFailuresThatAreNotInARow) {
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(ask(false));
        EXPECT_FALSE(ask(false));
        EXPECT_TRUE(ask(true));
    }
    EXPECT_EQ(guard_.health().state, Health::State::good);
    EXPECT_EQ(guard_.health().failures, 20U);
}

TEST_F(AGuard, AsksAgainAfterOneTwoFourSecondsAndAtMostAMinute) {
    let_rest();
    for (const int rest : {1, 2, 4, 8, 16, 32, 60, 60}) {
        SCOPED_TRACE(rest);
        EXPECT_EQ(guard_.health().rest_left, std::chrono::seconds{rest});
        advance(std::chrono::seconds{rest} - 1s);
        const auto before = called_;
        (void)ask(false);
        EXPECT_EQ(called_, before) << "a second too early";
        advance(1s);
        EXPECT_FALSE(ask(false));
        EXPECT_EQ(called_, before + 1);
    }
}

TEST_F(AGuard, IsOpenAgainByOneAnswer) {
    let_rest();
    advance(1s);
    EXPECT_TRUE(ask(true));
    EXPECT_EQ(guard_.health().state, Health::State::good);
    EXPECT_TRUE(ask(true));
    EXPECT_EQ(guard_.health().last_error, "county: nobody at db.test");
}

TEST_F(AGuard, RestsForLongerWhenAPlaceComesAndGoes) {
    let_rest();
    advance(1s);
    EXPECT_TRUE(ask(true));
    let_rest();
    EXPECT_EQ(guard_.health().rest_left, 2s);
    advance(2s);
    EXPECT_TRUE(ask(true));
    advance(60s);
    let_rest();
    EXPECT_EQ(guard_.health().rest_left, 1s) << "after a minute of service it counts anew";
}

TEST_F(AGuard, LetsOneQuestionTryWhetherThePlaceIsBack) {
    let_rest();
    advance(1s);
    std::promise<void> has_begun;
    std::promise<void> may_end;
    std::thread probe{[&] {
        EXPECT_TRUE(guard_.run<int>([&]() -> Result<int> {
            has_begun.set_value();
            may_end.get_future().wait();
            return 1;
        }));
    }};
    has_begun.get_future().wait();
    const auto before = called_;
    EXPECT_FALSE(ask(true));
    EXPECT_EQ(called_, before);
    may_end.set_value();
    probe.join();
    EXPECT_TRUE(ask(true));
}

TEST_F(AGuard, TakesRefusalsForNeitherFailureNorAnswer) {
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(
            guard_.run<int>([]() -> Result<int> { return fail(ErrorKind::denied, "not yours"); }));
    EXPECT_EQ(guard_.health().state, Health::State::untried);
    let_rest();
    advance(1s);
    EXPECT_FALSE(
        guard_.run<int>([]() -> Result<int> { return fail(ErrorKind::invalid, "nonsense"); }));
    EXPECT_EQ(guard_.health().state, Health::State::resting);
    EXPECT_TRUE(ask(true)) << "the next one tries";
}

TEST_F(AGuard, TakesWhatIsThrownForAFailure) {
    const auto answer =
        guard_.run<int>([]() -> Result<int> { throw std::runtime_error{"a library failed"}; });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(guard_.health().failures, 1U);
    EXPECT_EQ(guard_.health().under_way, 0U);
}

/// Holds as many calls as there may be.
class AFullGuard : public AGuard {
protected:
    AFullGuard() {
        for (int i = 0; i < 2; ++i)
            threads_.emplace_back([this] {
                (void)guard_.run<int>([this]() -> Result<int> {
                    ++inside_;
                    released_.wait();
                    if (fails_) return fail(ErrorKind::unavailable, "timed out");
                    return 1;
                });
            });
        while (inside_ < 2) std::this_thread::yield();
    }
    ~AFullGuard() override {
        release();
        for (auto& thread : threads_) thread.join();
    }
    AFullGuard(const AFullGuard&) = delete;
    AFullGuard& operator=(const AFullGuard&) = delete;
    void release() {
        if (!std::exchange(is_released_, true)) release_.set_value();
    }

    std::promise<void> release_;
    std::shared_future<void> released_ = release_.get_future().share();
    bool is_released_ = false;
    std::atomic<bool> fails_{false};
    std::atomic<int> inside_{0};
    std::vector<std::thread> threads_;
};

TEST_F(AFullGuard, LetsOthersWaitForALimitedTime) {
    const auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
    EXPECT_NE(answer.error().message.find("is slow"), std::string::npos);
    EXPECT_EQ(called_, 0);
    EXPECT_EQ(guard_.health().under_way, 2U);
    EXPECT_EQ(guard_.health().state, Health::State::untried) << "that says nothing of the place";
}

TEST_F(AFullGuard, LetsFewWait) {
    Guard guard{"county", {.calls_max = 0, .waiting_max = 0, .wait_max = 60s}, clock_, log_};
    const auto answer = guard.run<int>([]() -> Result<int> { return 1; });
    ASSERT_FALSE(answer);
    EXPECT_NE(answer.error().message.find("too many wait"), std::string::npos);
}

TEST_F(AFullGuard, GivesTheTurnToWhoWaits) {
    Guard guard{"county", {.calls_max = 1, .waiting_max = 8, .wait_max = 60s}, clock_, log_};
    std::atomic<int> at_once{0};
    std::atomic<int> most{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            EXPECT_TRUE(guard.run<int>([&]() -> Result<int> {
                most = std::max(most.load(), ++at_once);
                std::this_thread::yield();
                --at_once;
                return 1;
            }));
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(most, 1);
    EXPECT_EQ(guard.health().calls, 8U);
    EXPECT_EQ(guard.health().waiting, 0U);
}

TEST_F(AGuard, TellsWhoWaitsAsSoonAsItRests) {
    Guard guard{"county", {.calls_max = 1, .waiting_max = 8, .wait_max = 60s}, clock_, log_};
    std::promise<void> release;
    const auto time_out = []() -> Result<int> { return fail(ErrorKind::unavailable, "timed out"); };
    EXPECT_FALSE(guard.run<int>(time_out));
    EXPECT_FALSE(guard.run<int>(time_out));
    std::thread third{[&] {
        EXPECT_FALSE(guard.run<int>([&]() -> Result<int> {
            release.get_future().wait();
            return time_out();
        }));
    }};
    while (guard.health().under_way < 1) std::this_thread::yield();
    std::thread waiting{[&] {
        const auto answer = guard.run<int>([]() -> Result<int> { return 1; });
        ASSERT_FALSE(answer);
        EXPECT_NE(answer.error().message.find("does not answer"), std::string::npos);
    }};
    while (guard.health().waiting < 1) std::this_thread::yield();
    release.set_value();
    third.join();
    waiting.join();
}

/// Answers what it is told to.
class ToldUsers final : public identity::UserStore {
public:
    std::optional<identity::User> user{};
    bool near = false;
    mutable int asked = 0;
    std::string name() const override { return "told"; }
    Result<std::optional<identity::User>> find(std::string_view /*name*/) const override {
        ++asked;
        return user;
    }
    Result<identity::SignIn> sign_in(std::string_view /*name*/,
                                     std::string_view /*password*/) override {
        ++asked;
        return identity::SignIn{identity::SignIn::Outcome::accepted, user};
    }
    Result<std::vector<identity::User>> list(const identity::Page& /*page*/) const override {
        return std::vector<identity::User>{{.name = "ann"}, {.name = "a/b"}, {.name = "bob"}};
    }
    identity::UserEditor* editor() override { return nullptr; }
    bool is_near(std::string_view /*name*/) const override { return near; }
};

TEST_F(AGuard, LetsNoNameInThatIsNoneHere) {
    ToldUsers told;
    const auto users = guarded(told, guard_);
    told.user = identity::User{.name = "eve\nroot"};
    EXPECT_FALSE(users->find("eve").value());
    EXPECT_EQ(users->sign_in("eve", "x").value().outcome, identity::SignIn::Outcome::no_such_user);
    EXPECT_EQ(users->list({}).value().size(), 2U);
    told.user.reset();
    EXPECT_EQ(users->sign_in("eve", "x").value().outcome, identity::SignIn::Outcome::no_such_user)
        << "accepted, but nobody";
    const auto before = told.asked;
    EXPECT_FALSE(users->find("a:b").value());
    EXPECT_EQ(told.asked, before) << "no need to ask for what is no name";
}

TEST_F(AGuard, StaysOutOfWhatAStoreKnowsByItself) {
    ToldUsers told;
    told.user = identity::User{.name = "ann"};
    const auto users = guarded(told, guard_);
    let_rest();
    EXPECT_FALSE(users->find("ann"));
    told.near = true;
    EXPECT_TRUE(users->find("ann").value());
    EXPECT_EQ(guard_.health().state, Health::State::resting);
}

class ToldRoles final : public identity::RoleStore {
public:
    std::string name() const override { return "told"; }
    Result<std::vector<identity::Role>> list() const override {
        return std::vector<identity::Role>{
            {.name = "Everyone"}, {.name = "planners", .users = {"ann", ""}, .roles = {"a,b"}}};
    }
    Result<identity::Standing> standing(std::string_view /*user*/) const override {
        return identity::Standing{{"planners", "Anonymous", ""}};
    }
    identity::RoleEditor* editor() override { return nullptr; }
};

TEST_F(AGuard, LetsNoRoleInThatIsNoneHere) {
    ToldRoles told;
    const auto roles = guarded(told, guard_);
    EXPECT_EQ(roles->standing("ann").value().roles, std::vector<std::string>{"planners"});
    const auto all = roles->list().value();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].users, std::vector<std::string>{"ann"});
    EXPECT_TRUE(all[0].roles.empty());
}

}  // namespace
}  // namespace rhumb::providers
