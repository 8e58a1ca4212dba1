#pragma once
/// For tests: a stream whose client is the test itself. All in memory, no sockets, no clock: what
/// is waited for happens when the test says so.

#include <algorithm>
#include <limits>
#include <string>

#include "net/event.h"
#include "net/stream.h"

namespace rhumb::net::testing {

class MemoryStream final : public Stream {
public:
    // What the client does.

    /// These bytes arrive.
    void send(std::string_view bytes) {
        arrived_.append(bytes);
        event_.notify();
    }
    /// The client has finished sending.
    void hang_up() {
        is_hung_up_ = true;
        event_.notify();
    }
    /// All that was written since the last take.
    std::string take() { return std::exchange(written_, {}); }
    /// From now on only so many bytes more can be written.
    void set_room(std::size_t room) {
        room_ = room;
        if (room_ > 0) event_.notify();
    }
    /// The deadline passes.
    void expire() {
        is_expired_ = true;
        event_.notify();
    }

    /// The coroutine that waits ends where it stands, as when a loop ends before its connections.
    void abandon() { event_.abandon(); }

    SteadyTime deadline() const { return deadline_; }
    bool is_waiting() const { return event_.has_waiter(); }
    bool is_closed() const { return is_closed_; }
    std::size_t writes() const { return writes_; }

    // What the server does.

    Progress try_read(std::span<char> into) override {
        if (arrived_.empty()) return {is_hung_up_ ? Tried::closed : Tried::would_read, 0};
        const auto count = std::min(into.size(), arrived_.size());
        std::copy_n(arrived_.begin(), count, into.begin());
        arrived_.erase(0, count);
        return {Tried::done, count};
    }
    Progress try_write(std::string_view bytes) override {
        if (room_ == 0) return {Tried::would_write, 0};
        ++writes_;
        const auto count = std::min(bytes.size(), room_);
        written_.append(bytes.substr(0, count));
        if (room_ != std::numeric_limits<std::size_t>::max()) room_ -= count;
        return {Tried::done, count};
    }
    Task<void> wait(Readiness readiness) override {
        const bool is_ready =
            readiness == Readiness::readable ? !arrived_.empty() || is_hung_up_ : room_ > 0;
        if (deadline_ == SteadyTime::min()) is_expired_ = true;  // "at once", whatever the time is
        if (!is_ready && !is_expired_) co_await event_.wait();
        if (std::exchange(is_expired_, false))
            co_return fail(ErrorKind::unavailable, "the client took too long");
        co_return Result<void>{};
    }
    void wake() override { event_.notify(); }
    void set_deadline(SteadyTime deadline) override { deadline_ = deadline; }
    Sure<void> close() override {
        is_closed_ = true;
        co_return;
    }

private:
    std::string arrived_;
    std::string written_;
    std::size_t room_ = std::numeric_limits<std::size_t>::max();
    std::size_t writes_ = 0;
    SteadyTime deadline_ = SteadyTime::max();
    Event event_;
    bool is_hung_up_ = false;
    bool is_expired_ = false;
    bool is_closed_ = false;
};

}  // namespace rhumb::net::testing
