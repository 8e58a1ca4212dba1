#pragma once
/// Starting coroutines, and asking on which loop one runs: what other modules need of Asio, so that
/// they need not include it.

#include <functional>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>

#include "net/task.h"

namespace rhumb::net {

/// const auto executor = co_await net::this_executor();
inline auto this_executor() { return asio::this_coro::executor; }

/// co_await net::next_turn(); lets the others on this loop run first.
inline auto next_turn() { return asio::post(use_awaitable); }

/// Starts `task` on `executor`, at the executor's next turn. `done` is called there when it has
/// ended, with what it threw or null.
template <class Done>
void spawn(const Executor& executor, Sure<void> task, Done done) {
    asio::co_spawn(executor, std::move(task), std::move(done));
}

}  // namespace rhumb::net
