#pragma once
/// Dialling: a connection of our own to an address, for programs that look at servers. Blocks, with
/// a deadline for all of it: never on a loop. One thread.

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/address.h"

namespace rhumb::net {

/// Why there is no connection.
enum class DialFault {
    refused,      ///< somebody says that nobody listens there
    timed_out,    ///< nobody says anything: a firewall, or no such machine
    unreachable,  ///< no way leads there from here
    other,        ///< this machine's own trouble
};

struct NotConnected {
    DialFault fault = DialFault::other;
    std::string reason;  ///< as the system puts it: "Connection refused"
};

/// A connected socket, closed at the end. Every wait ends at the deadline.
class Dialed {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    Dialed(int fd, Deadline deadline) : fd_{fd}, deadline_{deadline} {}
    Dialed(Dialed&& other) noexcept;
    Dialed& operator=(Dialed&&) = delete;
    ~Dialed();

    /// `unavailable`: the peer has gone, or the time is over.
    Result<void> send_all(std::string_view bytes) const;

    /// What comes next; "" at the end of what the peer sends. `unavailable` as above: the message
    /// begins with silent_text when it was the time.
    Result<std::string_view> receive(std::span<char> into) const;

    void set_deadline(Deadline deadline) { deadline_ = deadline; }

    /// Stays this object's own: for who has to give it to poll(2).
    int fd() const { return fd_; }

    /// Waits for events of poll(2). `unavailable`: the time is over.
    Result<void> wait(short events) const;

private:
    int fd_;
    Deadline deadline_;
};

/// How the message begins when the peer said nothing in time.
inline constexpr std::string_view silent_text = "no answer in time";

/// Connects within `limit`, which is the deadline of the connection at first.
tl::expected<Dialed, NotConnected> dial(const Address& address, std::chrono::milliseconds limit);

}  // namespace rhumb::net
