#pragma once
/// Snapshot<T>: the current immutable T, read by every loop and replaced as a whole.

#include <memory>
#include <mutex>
#include <utility>

namespace rhumb {

/// Thread-safe. (A mutex on purpose: std::atomic<std::shared_ptr> of libstdc++ 12 is reported as a
/// race by TSAN.)
template <class T>
class Snapshot {
public:
    explicit Snapshot(std::shared_ptr<const T> first) : current_{std::move(first)} {}

    /// What is current now; it lives for as long as the caller keeps it.
    std::shared_ptr<const T> get() const {
        const std::lock_guard lock{mutex_};
        return current_;
    }

    void replace(std::shared_ptr<const T> next) {
        const std::lock_guard lock{mutex_};
        current_.swap(next);  // the old value is let go of after the lock
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> current_;  // never null
};

}  // namespace rhumb
