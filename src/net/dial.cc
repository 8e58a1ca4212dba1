#include "net/dial.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace rhumb::net {

Dialed::Dialed(Dialed&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)}, deadline_{other.deadline_} {}

Dialed::~Dialed() {
    if (fd_ >= 0) ::close(fd_);
}

Result<void> Dialed::wait(short events) const {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline_ - std::chrono::steady_clock::now());
        if (left.count() <= 0) return fail(ErrorKind::unavailable, "{}", silent_text);
        pollfd one{fd_, events, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR)
            return fail(ErrorKind::internal, "waiting: {}", std::strerror(errno));
    }
}

Result<void> Dialed::send_all(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            TRY_DONE(wait(POLLOUT));
        } else if (errno != EINTR) {
            return fail(ErrorKind::unavailable, "sending: {}", std::strerror(errno));
        }
    }
    return {};
}

Result<std::string_view> Dialed::receive(std::span<char> into) const {
    for (;;) {
        const auto count = ::recv(fd_, into.data(), into.size(), 0);
        if (count >= 0) return std::string_view{into.data(), static_cast<std::size_t>(count)};
        if (errno == EAGAIN) {
            TRY_DONE(wait(POLLIN));
        } else if (errno != EINTR) {
            return fail(ErrorKind::unavailable, "the server hung up: {}", std::strerror(errno));
        }
    }
}

namespace {

struct SocketName {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

/// size 0: no literal address.
SocketName socket_name(const Address& address) {
    SocketName name;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET, address.ip.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(address.port);
        name.size = sizeof v4;
        std::memcpy(&name.storage, &v4, sizeof v4);
    } else if (::inet_pton(AF_INET6, address.ip.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(address.port);
        name.size = sizeof v6;
        std::memcpy(&name.storage, &v6, sizeof v6);
    }
    return name;
}

NotConnected to_fault(int number) {
    const auto fault = [number] {
        switch (number) {
            case ECONNREFUSED:
            case ECONNRESET: return DialFault::refused;
            case ETIMEDOUT: return DialFault::timed_out;
            case ENETUNREACH:
            case EHOSTUNREACH:
            case ENETDOWN:
            case EHOSTDOWN:
            case EADDRNOTAVAIL:
            case EAFNOSUPPORT:
            case EACCES:
            case EPERM: return DialFault::unreachable;  // the last two: a firewall of this machine
            default: return DialFault::other;
        }
    }();
    return {fault, std::strerror(number)};
}

}  // namespace

tl::expected<Dialed, NotConnected> dial(const Address& address, std::chrono::milliseconds limit) {
    const auto name = socket_name(address);
    if (name.size == 0)
        return tl::unexpected(
            NotConnected{DialFault::other, fmt::format("«{}» is no IP address", address.ip)});
    const int fd = ::socket(name.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return tl::unexpected(to_fault(errno));
    Dialed dialed{fd, std::chrono::steady_clock::now() + limit};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as the call wants it
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&name.storage), name.size) == 0)
        return dialed;
    if (errno != EINPROGRESS) return tl::unexpected(to_fault(errno));
    if (const auto ready = dialed.wait(POLLOUT); !ready)
        return tl::unexpected(NotConnected{DialFault::timed_out, ready.error().message});
    int number = 0;
    socklen_t size = sizeof number;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) != 0) number = errno;
    if (number != 0) return tl::unexpected(to_fault(number));
    return dialed;
}

}  // namespace rhumb::net
