#include "net/loop.h"

#include <asio/detached.hpp>
#include <asio/post.hpp>

#include "net/socket.h"

namespace rhumb::net {

namespace {
constexpr std::chrono::milliseconds tick_interval{500};
}

Loop::Loop() : work_{asio::make_work_guard(context_)}, timer_{context_} {}

Loop::~Loop() = default;

void Loop::run() { context_.run(); }

void Loop::stop() { context_.stop(); }

void Loop::post(std::function<void()> work) { asio::post(context_, std::move(work)); }

void Loop::start(Sure<void> task) {
    asio::co_spawn(context_, std::move(task), [](const std::exception_ptr& thrown) {
        if (thrown) std::rethrow_exception(thrown);
    });
}

void Loop::add(Socket& socket) {
    socket.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &socket;
    first_ = &socket;
    if (!is_ticking_) {
        is_ticking_ = true;
        timer_.expires_after(tick_interval);
        timer_.async_wait([this](const std::error_code& error) {
            if (!error) tick();
        });
    }
}

void Loop::remove(Socket& socket) {
    if (socket.previous_ != nullptr)
        socket.previous_->next_ = socket.next_;
    else
        first_ = socket.next_;
    if (socket.next_ != nullptr) socket.next_->previous_ = socket.previous_;
}

void Loop::tick() {
    const auto now = std::chrono::steady_clock::now();
    for (Socket* socket = first_; socket != nullptr; socket = socket->next_)
        if (socket->deadline_ <= now) socket->expire();
    is_ticking_ = first_ != nullptr;
    if (!is_ticking_) return;
    timer_.expires_after(tick_interval);
    timer_.async_wait([this](const std::error_code& error) {
        if (!error) tick();
    });
}

}  // namespace rhumb::net
