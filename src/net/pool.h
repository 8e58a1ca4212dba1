#pragma once
/// Pool: a bounded number of threads for slow work (rendering, queries, password hashes), so that
/// loops never block. Thread-safe. When the queue is full, work is refused at once: clients get 503
/// with Retry-After.

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "net/task.h"

namespace rhumb::net {

class Pool {
public:
    /// `threads` at least 1; at most `queue_max` pieces of work wait or run at a time.
    Pool(std::size_t threads, std::size_t queue_max);
    ~Pool();  ///< waits for what runs; what has not begun is dropped
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// auto rows = co_await pool.run<Rows>([query] { return source.read(query); });
    /// Runs `work` (returning Result<T>) on a thread of the pool and comes back to the caller's
    /// loop. The lambda is moved to the pool: it must own what it uses, or the caller must await to
    /// the end (it always does).
    template <class T>
    Task<T> run(std::function<Result<T>()> work) {
        auto result =
            std::make_shared<Result<T>>(fail(ErrorKind::internal, "the work did not run"));
        // Named, because g++ 12 destroys a capturing temporary of a co_await expression twice.
        std::function<void()> erased = [result, work = std::move(work)] { *result = work(); };
        CO_TRY_DONE(co_await run_erased(std::move(erased)));
        co_return std::move(*result);
    }

    /// How many pieces of work wait or run now.
    std::size_t busy() const { return busy_->load(std::memory_order_relaxed); }

private:
    struct Threads;
    Task<void> run_erased(std::function<void()> work);

    std::unique_ptr<Threads> threads_;
    std::shared_ptr<std::atomic<std::size_t>> busy_;
    std::size_t queue_max_;
};

}  // namespace rhumb::net
