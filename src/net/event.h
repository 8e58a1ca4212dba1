#pragma once
/// Event: one coroutine waits until another, on the same loop, has something for it. Not
/// thread-safe.

#include <memory>
#include <utility>

#include <asio/post.hpp>

#include "net/task.h"

namespace rhumb::net {

class Event {
public:
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    /// Comes back when notified; at once when that has happened since the last wait. One waits at a
    /// time.
    Sure<void> wait() {
        if (!std::exchange(is_set_, false))
            co_await asio::async_initiate<decltype(use_awaitable), void()>(
                [this](auto handler) {
                    waiter_ = std::make_unique<Handled<decltype(handler)>>(std::move(handler));
                },
                use_awaitable);
    }

    /// True while a coroutine waits.
    bool has_waiter() const { return waiter_ != nullptr; }

    /// Lets the waiter go on at the loop's next turn; without one, the next wait does not wait.
    void notify() {
        if (waiter_ == nullptr)
            is_set_ = true;
        else
            std::exchange(waiter_, nullptr)->resume_later();
    }

    /// As notify(), but the waiter runs before this returns, until it waits again or ends.
    void notify_now() {
        if (waiter_ == nullptr)
            is_set_ = true;
        else
            std::exchange(waiter_, nullptr)->resume_now();
    }

    /// Ends the waiting coroutine where it stands, without letting it go on: for a loop that ends
    /// before its coroutines.
    void abandon() { waiter_.reset(); }

private:
    struct Waiter {
        virtual ~Waiter() = default;
        virtual void resume_later() = 0;
        virtual void resume_now() = 0;
    };

    template <class Handler>
    struct Handled final : Waiter {
        explicit Handled(Handler handler_) : handler{std::move(handler_)} {}
        void resume_later() override { asio::post(std::move(handler)); }
        void resume_now() override { std::move(handler)(); }
        Handler handler;
    };

    std::unique_ptr<Waiter> waiter_;
    bool is_set_ = false;
};

}  // namespace rhumb::net
