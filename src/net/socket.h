#pragma once
/// Socket: a connected file descriptor on a loop, with a deadline for its waits. What plain and TLS
/// streams are built on. Not thread-safe: it belongs to its loop.

#include <memory>
#include <string>

#include <asio/posix/basic_stream_descriptor.hpp>

#include "net/address.h"
#include "net/stream.h"

namespace rhumb::net {

class Loop;

class Socket {
public:
    /// Takes `fd` (non-blocking, connected) over.
    Socket(Loop& loop, int fd);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    int fd() { return descriptor_.native_handle(); }
    Loop& loop() { return loop_; }

    Progress try_read(std::span<char> into);
    Progress try_write(std::string_view bytes);
    /// The first bytes that the peer sends, `size_max` at most; "" when there come none before the
    /// deadline.
    Sure<std::string> read_first(std::size_t size_max);

    /// See Stream.
    Task<void> wait(Readiness readiness);
    void wake();
    void set_deadline(SteadyTime deadline) { deadline_ = deadline; }
    SteadyTime deadline() const { return deadline_; }

    /// Tells the peer that nothing more comes, and waits, briefly and within bounds, until it has
    /// closed too, so that no reset overtakes the last bytes.
    Sure<void> finish();

private:
    friend class Loop;
    void expire();  ///< by the loop, when the deadline has passed

    Loop& loop_;
    asio::posix::basic_stream_descriptor<Executor> descriptor_;
    SteadyTime deadline_ = SteadyTime::max();
    Socket* next_ = nullptr;  ///< the loop's list of all its sockets
    Socket* previous_ = nullptr;
    bool is_waiting_ = false;
    bool is_woken_ = false;
    bool is_expired_ = false;
    bool has_peer_finished_ = false;
};

/// A stream that is not encrypted.
class PlainStream final : public Stream {
public:
    /// `early`: what was read from the socket already.
    explicit PlainStream(std::unique_ptr<Socket> socket, std::string early = {})
        : socket_{std::move(socket)}, early_{std::move(early)} {}
    Progress try_read(std::span<char> into) override;
    Progress try_write(std::string_view bytes) override { return socket_->try_write(bytes); }
    Task<void> wait(Readiness readiness) override;
    void wake() override { socket_->wake(); }
    void set_deadline(SteadyTime deadline) override { socket_->set_deadline(deadline); }
    Sure<void> close() override { return socket_->finish(); }

private:
    std::unique_ptr<Socket> socket_;
    std::string early_;  // what is left of it
};

}  // namespace rhumb::net
