#pragma once
/// What programs write to standard error, as lines of the log: so many a minute, and no longer than
/// a log wants them. Inside this module only.

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "observe/log.h"

namespace rhumb::providers {

/// Any thread. `log` outlives it.
class Complaints {
public:
    using Moment = std::chrono::steady_clock::time_point;

    static constexpr std::size_t lines_max = 20;  ///< in a minute
    static constexpr std::size_t line_bytes_max = 500;

    Complaints(std::string name, const observe::Log& log);

    /// Whole lines go to the log; what is behind the last line break waits for its end.
    void take(std::string_view bytes, Moment now);

private:
    void end_line(Moment now);

    const std::string name_;
    const observe::Log& log_;
    std::mutex mutex_;
    std::string line_{};
    Moment minute_{};
    std::size_t written_ = 0;   // in this minute
    std::size_t left_out_ = 0;  // in this minute
};

}  // namespace rhumb::providers
