#pragma once
/// Loops: the threads that serve, and what listens on them. Started once; bindings come and go
/// while they run.

#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "server/binding.h"
#include "server/serve_connection.h"

namespace rhumb::server {

/// All methods are for the one thread that owns it.
class Loops {
public:
    Loops(std::size_t count, const Clock& clock, const observe::Log& log);
    ~Loops();  ///< stop() with no patience, if it was not called
    Loops(const Loops&) = delete;
    Loops& operator=(const Loops&) = delete;

    /// Opens the endpoint on every loop, without accepting yet; the port is chosen when it is 0.
    /// Errors as ListeningSocket::open.
    Result<std::vector<net::ListeningSocket>> open(const net::Endpoint& endpoint) const;
    /// Begins to accept for `binding`.
    void listen(std::shared_ptr<const Binding> binding, std::vector<net::ListeningSocket> sockets);
    /// Stops accepting there. Connections go on.
    void unlisten(const net::Endpoint& endpoint);

    std::size_t connections() const { return total_.load(std::memory_order_relaxed); }
    std::size_t size() const { return loops_.size(); }

    /// Accepts no more, lets what was begun come to its end for at most `patience`, and ends the
    /// threads. Says how many connections were cut.
    std::size_t stop(std::chrono::milliseconds patience);

private:
    struct OneLoop;
    void run_on(OneLoop& one, std::function<void()> work);  // and waits for it

    const Clock& clock_;
    const observe::Log& log_;
    std::atomic<std::size_t> total_ = 0;
    std::atomic<bool> is_draining_ = false;
    std::vector<std::unique_ptr<OneLoop>> loops_;
    bool is_stopped_ = false;
};

}  // namespace rhumb::server
