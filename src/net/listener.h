#pragma once
/// Listener: accepts connections of one address on one loop. Each loop has its own socket
/// (SO_REUSEPORT), so the kernel spreads the clients.

#include <functional>
#include <memory>

#include <asio/posix/basic_stream_descriptor.hpp>

#include "net/address.h"
#include "net/spawn.h"
#include "observe/log.h"

namespace rhumb::net {

class Loop;

/// An address to listen on; "*" is every address of both families.
struct Endpoint {
    std::string ip = "*";
    std::uint16_t port = 0;
    std::string to_string() const;
    bool operator==(const Endpoint&) const = default;
    auto operator<=>(const Endpoint&) const = default;
};

/// A listening socket, open and owned.
class ListeningSocket {
public:
    /// `conflict` when the port is taken (says so), `denied` when the system forbids it (a port
    /// below 1024). Port 0: any free one.
    static Result<ListeningSocket> open(const Endpoint& endpoint);
    ListeningSocket(ListeningSocket&& other) noexcept
        : fd_{std::exchange(other.fd_, -1)}, port_{other.port_} {}
    ListeningSocket& operator=(ListeningSocket&&) = delete;
    ~ListeningSocket();
    std::uint16_t port() const { return port_; }
    int release() { return std::exchange(fd_, -1); }

private:
    ListeningSocket(int fd, std::uint16_t port) : fd_{fd}, port_{port} {}
    int fd_;
    std::uint16_t port_;
};

/// `conflict` when another program listens there already. Ask before the first ListeningSocket of
/// an endpoint is opened: SO_REUSEPORT would let two servers of one user share a port unseen.
Result<void> refuse_taken_port(const Endpoint& endpoint);

struct Accepted {
    int fd;  ///< non-blocking; the receiver owns it
    Address local;
    Address remote;
};

/// Lives on its loop. Destroyed there, it stops accepting.
class Listener {
public:
    using OnAccept = std::function<void(Accepted)>;
    /// Called when no descriptor is left but the few that are kept for files, so that whoever is
    /// connected is served: the owner may close what is idle. The listener pauses and goes on; new
    /// clients wait in the kernel's queue.
    using OnExhausted = std::function<void()>;

    Listener(Loop& loop, ListeningSocket socket, const observe::Log& log, OnAccept on_accept,
             OnExhausted on_exhausted);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

private:
    struct State;
    static Sure<void> accept_all(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace rhumb::net
