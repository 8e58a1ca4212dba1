#include "server/loops.h"

#include <future>

#include <unistd.h>

namespace rhumb::server {

struct Loops::OneLoop {
    OneLoop(std::atomic<std::size_t>& total, const Clock& clock, const observe::Log& log,
            const std::atomic<bool>& draining)
        : context{loop, Connections{total}, {}, clock, log, draining} {}

    void accept(const std::shared_ptr<const Binding>& binding, net::Accepted accepted) {
        if (context.connections.total().load(std::memory_order_relaxed) >=
            binding->settings.get()->connections_max) {
            // Who waits without asking makes room; the newcomer is turned away all the same, and
            // may come again.
            context.connections.close_idle(1);
            ::close(accepted.fd);
            say_full(binding->settings.get()->connections_max);
            return;
        }
        loop.start(serve_connection(context, binding,
                                    std::make_unique<net::Accepted>(std::move(accepted))));
    }

    /// Now and then, however often it happens.
    void say_full(std::size_t connections_max) {
        const auto now = std::chrono::steady_clock::now();
        if (now < say_full_next) return;
        say_full_next = now + std::chrono::seconds{10};
        context.log.warning(
            "server",
            "{} connections, which is the limit: newcomers are turned away. See [server.limits] connections",
            connections_max);
    }

    net::Loop loop;
    LoopContext context;
    std::chrono::steady_clock::time_point say_full_next{};
    std::map<net::Endpoint, std::unique_ptr<net::Listener>> listeners;
    std::thread thread;
};

Loops::Loops(std::size_t count, const Clock& clock, const observe::Log& log)
    : clock_{clock}, log_{log} {
    for (std::size_t i = 0; i < count; ++i) {
        loops_.push_back(std::make_unique<OneLoop>(total_, clock_, log_, is_draining_));
        auto& one = *loops_.back();
        one.thread = std::thread{[&one] { one.loop.run(); }};
    }
}

Loops::~Loops() { stop(std::chrono::milliseconds{0}); }

void Loops::run_on(OneLoop& one, std::function<void()> work) {
    std::promise<void> done;
    one.loop.post([&] {
        work();
        done.set_value();
    });
    done.get_future().wait();
}

Result<std::vector<net::ListeningSocket>> Loops::open(const net::Endpoint& endpoint) const {
    TRY_DONE(net::refuse_taken_port(endpoint));
    std::vector<net::ListeningSocket> sockets;
    net::Endpoint same = endpoint;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
        TRY(auto socket, net::ListeningSocket::open(same));
        same.port = socket.port();
        sockets.push_back(std::move(socket));
    }
    return sockets;
}

void Loops::listen(std::shared_ptr<const Binding> binding,
                   std::vector<net::ListeningSocket> sockets) {
    constexpr std::size_t idle_closed_at_once = 16;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
        auto& one = *loops_[i];
        run_on(one, [&] {
            auto listener = std::make_unique<net::Listener>(
                one.loop, std::move(sockets[i]), log_,
                [&one, binding](net::Accepted accepted) {
                    one.accept(binding, std::move(accepted));
                },
                [&one] { one.context.connections.close_idle(idle_closed_at_once); });
            one.listeners[binding->endpoint] = std::move(listener);
        });
    }
}

void Loops::unlisten(const net::Endpoint& endpoint) {
    for (auto& one : loops_) run_on(*one, [&] { one->listeners.erase(endpoint); });
}

std::size_t Loops::stop(std::chrono::milliseconds patience) {
    if (std::exchange(is_stopped_, true)) return 0;
    is_draining_ = true;
    for (auto& one : loops_)
        run_on(*one, [&] {
            one->listeners.clear();
            one->context.connections.wake_all();
        });
    const auto end = std::chrono::steady_clock::now() + patience;
    while (connections() > 0 && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    const auto cut = connections();
    for (auto& one : loops_) one->loop.stop();
    for (auto& one : loops_) one->thread.join();
    return cut;
}

}  // namespace rhumb::server
