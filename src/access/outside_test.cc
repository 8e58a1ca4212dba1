#include "access/outside.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "net/testing.h"

namespace rhumb::access {
namespace {

using Thread = std::thread::id;

class WorkForPools : public ::testing::Test {
protected:
    Thread thread_of(net::Pool& pool) {
        std::function<Result<Thread>()> ask = []() -> Result<Thread> {
            return std::this_thread::get_id();
        };
        return *net::run_to_end(pool.run<Thread>(std::move(ask)));
    }
    Result<Thread> run(bool is_near) {
        std::function<bool()> near = [this, is_near] {
            asked_on_ = std::this_thread::get_id();
            return is_near;
        };
        std::function<Result<Thread>()> work = [this]() -> Result<Thread> {
            ++runs_;
            return std::this_thread::get_id();
        };
        return net::run_to_end(
            run_near_or_outside<Thread>(near_, outside_, std::move(near), std::move(work)));
    }

    net::Pool near_{1, 4};
    net::Pool outside_{1, 1};
    Thread asked_on_{};
    int runs_ = 0;
};

TEST_F(WorkForPools, RunsWhereItAlwaysDidWhenNothingElseIsAsked) {
    EXPECT_EQ(run(true).value(), thread_of(near_));
    EXPECT_EQ(runs_, 1);
}

TEST_F(WorkForPools, RunsApartWhenAnotherMachineIsAsked) {
    EXPECT_EQ(run(false).value(), thread_of(outside_));
    EXPECT_EQ(asked_on_, thread_of(near_)) << "whether it is, a look into the own store tells";
    EXPECT_EQ(runs_, 1);
}

TEST_F(WorkForPools, IsRefusedApartAndGoesOnNearbyWhileAPlaceOutsideHangs) {
    std::promise<void> has_begun;
    std::promise<void> may_end;
    std::thread hanging{[&] {
        std::function<bool()> near = [] { return false; };
        std::function<Result<bool>()> work = [&]() -> Result<bool> {
            has_begun.set_value();
            may_end.get_future().wait();
            return true;
        };
        EXPECT_TRUE(net::run_to_end(
            run_near_or_outside<bool>(near_, outside_, std::move(near), std::move(work))));
    }};
    has_begun.get_future().wait();
    const auto refused = run(false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(runs_, 0);
    EXPECT_TRUE(run(true));
    may_end.set_value();
    hanging.join();
}

TEST_F(WorkForPools, PassesFailuresOnFromBoth) {
    for (const bool is_near : {true, false}) {
        SCOPED_TRACE(is_near);
        std::function<bool()> near = [is_near] { return is_near; };
        std::function<Result<bool>()> work = []() -> Result<bool> {
            return fail(ErrorKind::conflict, "no");
        };
        const auto done = net::run_to_end(
            run_near_or_outside<bool>(near_, outside_, std::move(near), std::move(work)));
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().kind, ErrorKind::conflict);
    }
}

}  // namespace
}  // namespace rhumb::access
