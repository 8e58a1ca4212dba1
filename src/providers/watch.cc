#include "providers/watch.h"

#include <chrono>

namespace rhumb::providers {

namespace {

constexpr std::chrono::milliseconds look_interval{500};
constexpr std::chrono::minutes hidden_interval{1};

}  // namespace

Watch::Watch(const Current& current) : current_{current}, thread_{[this] { run(); }} {}

Watch::~Watch() {
    {
        const std::lock_guard lock{mutex_};
        has_ended_ = true;
    }
    is_over_.notify_all();
    thread_.join();
}

std::vector<std::string> Watch::hidden() const {
    const std::lock_guard lock{mutex_};
    return hidden_;
}

void Watch::run() {
    using SteadyClock = std::chrono::steady_clock;
    auto next_hidden = SteadyClock::now();
    auto seen = current_.in_use();
    for (std::unique_lock lock{mutex_}; !has_ended_;) {
        lock.unlock();
        current_.look_after();
        // After a change of where users are it looks anew.
        const auto in_use = current_.in_use();
        if (in_use != seen || SteadyClock::now() >= next_hidden) {
            seen = in_use;
            next_hidden = SteadyClock::now() + hidden_interval;
            auto hidden = current_.hidden();
            lock.lock();
            // While the store does not answer, what was known goes on to count.
            if (hidden) hidden_ = *std::move(hidden);
        } else {
            lock.lock();
        }
        is_over_.wait_for(lock, look_interval, [this] { return has_ended_; });
    }
}

}  // namespace rhumb::providers
