#pragma once
/// Stream: bytes to and from one client, plain or encrypted. The protocols above never see a socket
/// or a TLS object.
///
/// A stream belongs to its loop: all calls come from there. Reading and writing never block; when
/// they would, the caller waits. Every wait ends at the deadline.

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

#include "net/task.h"

namespace rhumb::net {

/// What a try came to.
enum class Tried {
    done,         ///< `count` bytes went (at least one)
    would_read,   ///< wait until readable, then try again
    would_write,  ///< wait until writable, then try again
    closed,       ///< the peer has finished sending (reading), or is gone (writing)
    failed,       ///< the connection is broken
};

struct Progress {
    Tried tried = Tried::failed;
    std::size_t count = 0;
};

/// What a stream may be waited for.
enum class Readiness { readable, writable };

using SteadyTime = std::chrono::steady_clock::time_point;

class Stream {
public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    virtual Progress try_read(std::span<char> into) = 0;

    /// Writes some of `bytes`. After would_* the same bytes (at least) must be tried again: TLS has
    /// begun a record.
    virtual Progress try_write(std::string_view bytes) = 0;

    /// Waits until ready, or until wake(): so try again and look around after it. `unavailable` at
    /// the deadline. One wait at a time.
    virtual Task<void> wait(Readiness readiness) = 0;

    /// The wait in progress comes back now; when there is none, the next one does. From the
    /// stream's loop only.
    virtual void wake() = 0;

    /// From now on waits end at this moment.
    virtual void set_deadline(SteadyTime deadline) = 0;

    /// Says goodbye properly (close_notify, half-close) as far as that goes without waiting long,
    /// and closes.
    virtual Sure<void> close() = 0;
};

/// Writes all of `bytes`, waiting where needed.
Task<void> write_all(Stream& stream, std::string_view bytes);

/// Reads at least one byte; 0 at the end of the stream.
Task<std::size_t> read_some(Stream& stream, std::span<char> into);

}  // namespace rhumb::net
