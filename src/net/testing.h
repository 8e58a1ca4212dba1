#pragma once
/// For tests: runs a coroutine to its end on a loop of its own.

#include <chrono>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include "net/task.h"

namespace rhumb::net {

/// The loop of this thread. It lives to the end of the program, longer than every pool, whose
/// threads may still be in the midst of handing something over to it when the coroutine that waited
/// for that has ended.
inline asio::io_context& testing_loop() {
    static std::mutex mutex;
    static std::deque<asio::io_context> loops;
    thread_local asio::io_context* mine = nullptr;
    if (mine == nullptr) {
        const std::lock_guard lock{mutex};
        mine = &loops.emplace_back(1);
    }
    return *mine;
}

/// What `work` (a Task<T> or a Sure<T>) comes to. Throws what it throws, and when it has not ended
/// after `limit`.
template <class T>
T run_to_end(asio::awaitable<T, Executor> work,
             std::chrono::seconds limit = std::chrono::seconds{30}) {
    auto& loop = testing_loop();
    loop.restart();
    const auto guard = asio::make_work_guard(loop);  // work in a pool is not yet known to the loop
    std::optional<T> outcome;
    std::exception_ptr thrown;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr exception, T value) {
        thrown = std::move(exception);
        outcome.emplace(std::move(value));
        loop.stop();
    });
    loop.run_for(limit);
    if (thrown) std::rethrow_exception(thrown);
    if (!outcome) throw std::runtime_error{"the coroutine under test did not end in time"};
    return *std::move(outcome);
}

}  // namespace rhumb::net
