#pragma once
/// The wall clock as an object: only programs make the real one, tests turn theirs by hand.

#include <atomic>
#include <chrono>

namespace rhumb {

using Seconds = std::chrono::sys_seconds;

/// What time it is. Safe to read from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Seconds now() const = 0;
};

/// The machine's own clock; made by `server` and `cli` alone.
class SystemClock final : public Clock {
public:
    Seconds now() const override {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }
};

/// A clock that stands still until it is set; for tests.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Seconds start) : seconds_{start.time_since_epoch().count()} {}
    Seconds now() const override { return Seconds{std::chrono::seconds{seconds_.load()}}; }
    void set(Seconds to) { seconds_ = to.time_since_epoch().count(); }
    void advance(std::chrono::seconds by) { seconds_ += by.count(); }

private:
    std::atomic<std::int64_t> seconds_;
};

}  // namespace rhumb
