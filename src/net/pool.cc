#include "net/pool.h"

#include <asio/bind_executor.hpp>
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>

#include "net/spawn.h"

namespace rhumb::net {

struct Pool::Threads {
    explicit Threads(std::size_t count) : pool{count} {}
    asio::thread_pool pool;
};

Pool::Pool(std::size_t threads, std::size_t queue_max)
    : threads_{std::make_unique<Threads>(threads)},
      busy_{std::make_shared<std::atomic<std::size_t>>(0)},
      queue_max_{queue_max} {}

Pool::~Pool() {
    threads_->pool.stop();
    threads_->pool.join();
}

Task<void> Pool::run_erased(std::function<void()> work) {
    if (busy_->fetch_add(1, std::memory_order_relaxed) >= queue_max_) {
        busy_->fetch_sub(1, std::memory_order_relaxed);
        co_return fail(ErrorKind::unavailable, "the server is busy; try again in a moment");
    }
    const auto home = co_await this_executor();
    // Work that throws is a library's failure which its module should have caught: say so, and live
    // on.
    Result<void> outcome = fail(ErrorKind::unavailable, "the server is stopping");
    co_await asio::async_initiate<decltype(use_awaitable), void()>(
        [&](auto handler) {
            asio::post(threads_->pool, [home, busy = busy_, &outcome, work = std::move(work),
                                        handler = std::move(handler)]() mutable {
                try {
                    work();
                    outcome = Result<void>{};
                } catch (const std::exception& thrown) {
                    outcome = fail(ErrorKind::internal, "{}", thrown.what());
                }
                work = nullptr;
                busy->fetch_sub(1, std::memory_order_relaxed);
                asio::post(home,
                           [handler = std::move(handler)]() mutable { std::move(handler)(); });
            });
        },
        use_awaitable);
    co_return outcome;
}

}  // namespace rhumb::net
