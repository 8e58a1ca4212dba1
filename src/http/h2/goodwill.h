#pragma once
/// Goodwill: how much work without use a client may cause. Frames that bring nothing (resets,
/// pings, settings, empty data …) spend it; time, and responses that the client takes, earn it. Who
/// has none left is an attacker (rapid reset, CVE-2023-44487, and its many cousins) and gets
/// ENHANCE_YOUR_CALM.

#include <algorithm>
#include <cstdint>

#include "net/stream.h"

namespace rhumb::http::h2 {

class Goodwill {
public:
    // What things cost and earn. A map that is dragged about cancels dozens of tiles a second: that
    // must be free.
    static constexpr std::uint32_t reset = 4;  ///< a stream given up, by either side
    static constexpr std::uint32_t ping = 4;
    static constexpr std::uint32_t settings = 20;
    static constexpr std::uint32_t empty_data = 4;
    static constexpr std::uint32_t small_frame =
        1;  ///< window updates, priorities, what we do not know
    static constexpr std::uint32_t response = 4;    ///< earned by a response that went out whole
    static constexpr std::uint32_t data_frame = 2;  ///< earned by a frame of data that went out

    static constexpr std::uint32_t most = 4000;
    static constexpr std::uint32_t per_second = 200;

    explicit Goodwill(net::SteadyTime now) : since_{now} {}

    /// False when the client has used up all of it.
    bool spend(std::uint32_t cost, net::SteadyTime now) {
        if (cost > left_) refill(now);
        if (cost > left_) return false;
        left_ -= cost;
        return true;
    }

    void earn(std::uint32_t value) { left_ = std::min(most, left_ + value); }

private:
    void refill(net::SteadyTime now) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(now - since_);
        if (seconds.count() <= 0) return;
        since_ += seconds;
        const auto earned = std::min<std::int64_t>(most, seconds.count() * per_second);
        earn(static_cast<std::uint32_t>(earned));
    }

    std::uint32_t left_ = most;
    net::SteadyTime since_;
};

}  // namespace rhumb::http::h2
