#include "net/socket.h"

#include <array>
#include <cerrno>

#include <unistd.h>

#include <asio/experimental/as_tuple.hpp>
#include <sys/socket.h>

#include "net/loop.h"

namespace rhumb::net {

Socket::Socket(Loop& loop, int fd) : loop_{loop}, descriptor_{loop.context(), fd} {
    loop_.add(*this);
}

Socket::~Socket() { loop_.remove(*this); }

namespace {

Progress from_errno(Tried when_blocked) {
    if (errno == EAGAIN) return {when_blocked, 0};
    if (errno == EPIPE || errno == ECONNRESET) return {Tried::closed, 0};
    return {Tried::failed, 0};
}

}  // namespace

Progress Socket::try_read(std::span<char> into) {
    for (;;) {
        const auto count = ::recv(fd(), into.data(), into.size(), 0);
        if (count > 0) return {Tried::done, static_cast<std::size_t>(count)};
        has_peer_finished_ = count == 0;
        if (count == 0) return {Tried::closed, 0};
        if (errno != EINTR) return from_errno(Tried::would_read);
    }
}

Progress Socket::try_write(std::string_view bytes) {
    for (;;) {
        const auto count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count >= 0) return {Tried::done, static_cast<std::size_t>(count)};
        if (errno != EINTR) return from_errno(Tried::would_write);
    }
}

Sure<std::string> Socket::read_first(std::size_t size_max) {
    std::string bytes;
    for (;;) {
        bytes.resize(size_max);
        const auto read = try_read(bytes);
        if (read.tried == Tried::done) {
            bytes.resize(read.count);
            co_return bytes;
        }
        std::string{}.swap(bytes);  // who waits holds no memory
        if (read.tried != Tried::would_read) co_return bytes;
        if (const auto waited = co_await wait(Readiness::readable); !waited) co_return bytes;
    }
}

Task<void> Socket::wait(Readiness readiness) {
    if (is_woken_) {
        is_woken_ = false;
        co_return Result<void>{};
    }
    is_expired_ = std::chrono::steady_clock::now() >= deadline_;
    if (!is_expired_) {
        const auto type = readiness == Readiness::readable
                              ? asio::posix::descriptor_base::wait_read
                              : asio::posix::descriptor_base::wait_write;
        is_waiting_ = true;
        const auto [error] =
            co_await descriptor_.async_wait(type, asio::experimental::as_tuple(use_awaitable));
        is_waiting_ = false;
        is_woken_ = false;
        if (error && error != asio::error::operation_aborted)
            co_return fail(ErrorKind::unavailable, "waiting for a client: {}", error.message());
    }
    if (is_expired_) co_return fail(ErrorKind::unavailable, "the client took too long");
    co_return Result<void>{};
}

void Socket::wake() {
    is_woken_ = true;
    if (is_waiting_) descriptor_.cancel();
}

void Socket::expire() {
    if (!is_waiting_) return;  // the next wait sees the deadline itself
    is_expired_ = true;
    descriptor_.cancel();
}

Sure<void> Socket::finish() {
    if (has_peer_finished_) co_return;  // nothing of its can be unread
    ::shutdown(fd(), SHUT_WR);
    // RFC 9112 section 9.6: closing with unread bytes resets the connection, and the reset may
    // overtake our answer.
    set_deadline(std::chrono::steady_clock::now() + std::chrono::seconds{2});
    std::size_t budget = 256U * 1024;
    std::array<char, 2048> drop{};
    for (;;) {
        const auto read = try_read(drop);
        if (read.tried == Tried::would_read) {
            if (!co_await wait(Readiness::readable)) co_return;
        } else if (read.tried != Tried::done || read.count >= budget) {
            co_return;
        } else {
            budget -= read.count;
        }
    }
}

Progress PlainStream::try_read(std::span<char> into) {
    if (early_.empty()) return socket_->try_read(into);
    const auto count = early_.copy(into.data(), into.size());
    early_.erase(0, count);
    return {Tried::done, count};
}

namespace {

Task<void> at_once() { co_return Result<void>{}; }

}  // namespace

Task<void> PlainStream::wait(Readiness readiness) {
    return readiness == Readiness::readable && !early_.empty() ? at_once()
                                                               : socket_->wait(readiness);
}

}  // namespace rhumb::net
