#pragma once
/// Loop: one thread's event loop. What is made on a loop lives and dies there; `post` and `stop`
/// alone may be called from other threads.

#include <functional>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "net/spawn.h"
#include "net/stream.h"

namespace rhumb::net {

class Socket;

class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Runs on the calling thread until stop().
    void run();
    void stop();
    /// Runs `work` on the loop's thread, soon.
    void post(std::function<void()> work);
    /// Starts a coroutine; one that throws ends the program (a bug: roots of connections catch).
    void start(Sure<void> task);

    Executor executor() { return context_.get_executor(); }
    asio::io_context& context() { return context_; }

private:
    friend class Socket;
    void add(Socket& socket);
    void remove(Socket& socket);
    void
    tick();  ///< twice a second while there are sockets: ends the waits whose deadline has passed

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    asio::steady_timer timer_;
    Socket* first_ = nullptr;
    bool is_ticking_ = false;
};

}  // namespace rhumb::net
