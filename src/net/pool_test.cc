#include "net/pool.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "net/loop.h"

namespace rhumb::net {
namespace {

Sure<void> run_in(Pool& pool, Loop& loop, std::function<Result<std::thread::id>()> work,
                  Result<std::thread::id>& outcome, std::thread::id& after) {
    outcome = co_await pool.run<std::thread::id>(std::move(work));
    after = std::this_thread::get_id();
    loop.stop();
}

TEST(Pool, RunsWorkElsewhereAndComesBack) {
    Loop loop;
    Pool pool{1, 10};
    Result<std::thread::id> outcome;
    std::thread::id after;

    loop.start(run_in(
        pool, loop, [] { return Result<std::thread::id>{std::this_thread::get_id()}; }, outcome,
        after));
    loop.run();

    ASSERT_TRUE(outcome);
    EXPECT_NE(*outcome, std::this_thread::get_id());
    EXPECT_EQ(after, std::this_thread::get_id());
    EXPECT_EQ(pool.busy(), 0U);
}

TEST(Pool, RefusesWorkWhenItsQueueIsFull) {
    Loop loop;
    Pool pool{1, 1};
    std::promise<void> release;
    auto released = release.get_future().share();
    Result<std::thread::id> first;
    Result<std::thread::id> second;
    std::thread::id after;
    const auto until_released = [released] {
        released.wait();
        return Result<std::thread::id>{std::this_thread::get_id()};
    };

    loop.start(run_in(pool, loop, until_released, first, after));
    loop.start(run_in(pool, loop, until_released, second, after));
    loop.run();  // the second stops the loop: it is refused at once
    release.set_value();

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
}

TEST(Pool, TurnsWhatALibraryThrowsIntoAnError) {
    Loop loop;
    Pool pool{1, 1};
    Result<std::thread::id> outcome;
    std::thread::id after;

    loop.start(run_in(
        pool, loop, []() -> Result<std::thread::id> { throw std::runtime_error{"out of colours"}; },
        outcome, after));
    loop.run();

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message, "out of colours");
}

}  // namespace
}  // namespace rhumb::net
