#pragma once
/// Watch: asks places outside that do not answer whether they are back, so that nobody who signs in
/// has to wait for that; and looks from time to time whom local administrators hide.

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "providers/current.h"

namespace rhumb::providers {

/// A thread of its own, which blocks as long as a provider does; its end waits for that.
class Watch {
public:
    /// `current` outlives it.
    explicit Watch(const Current& current);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// As they were when it looked last. Any thread.
    std::vector<std::string> hidden() const;

private:
    void run();

    const Current& current_;
    mutable std::mutex mutex_;
    std::condition_variable is_over_;
    bool has_ended_ = false;
    std::vector<std::string> hidden_;
    std::thread thread_;
};

}  // namespace rhumb::providers
