#include "net/listener.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <limits>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <asio/experimental/as_tuple.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "net/loop.h"

namespace rhumb::net {

std::string Endpoint::to_string() const {
    return ip.find(':') == std::string::npos ? fmt::format("{}:{}", ip, port)
                                             : fmt::format("[{}]:{}", ip, port);
}

namespace {

/// "::" stands for both families where there is IPv6.
Result<sockaddr_storage> to_socket_name(const Endpoint& endpoint, int family) {
    sockaddr_storage name{};
    if (family == AF_INET6) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(endpoint.port);
        if (endpoint.ip != "*" && ::inet_pton(AF_INET6, endpoint.ip.c_str(), &v6.sin6_addr) != 1)
            return fail(ErrorKind::invalid, "«{}» is not an IP address", endpoint.ip);
        std::memcpy(&name, &v6, sizeof v6);
    } else {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(endpoint.port);
        if (endpoint.ip != "*" && ::inet_pton(AF_INET, endpoint.ip.c_str(), &v4.sin_addr) != 1)
            return fail(ErrorKind::invalid, "«{}» is not an IP address", endpoint.ip);
        std::memcpy(&name, &v4, sizeof v4);
    }
    return name;
}

tl::unexpected<Error> cannot_listen(const Endpoint& endpoint, int code) {
    if (code == EADDRINUSE)
        return fail(
            ErrorKind::conflict,
            "cannot listen on {}: another program has this port. `ss -ltnp` shows which; stop it or choose another port",
            endpoint.to_string());
    if (code == EACCES)
        return fail(
            ErrorKind::denied,
            "cannot listen on {}: ports below 1024 need root or the capability CAP_NET_BIND_SERVICE; or choose another port",
            endpoint.to_string());
    if (code == EADDRNOTAVAIL)
        return fail(ErrorKind::invalid, "cannot listen on {}: this machine has no such address",
                    endpoint.to_string());
    return fail(ErrorKind::internal, "cannot listen on {}: {}", endpoint.to_string(),
                std::generic_category().message(code));
}

/// Bytes of one connection that the kernel holds beyond those on their way.
constexpr int unsent_max = 256 * 1024;

Result<int> open_socket(const Endpoint& endpoint, int family) {
    const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return cannot_listen(endpoint, errno);
    const int on = 1;
    const int off = 0;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // accepted sockets inherit it
    // What a slow reader has not taken waits here, and not by the megabyte in the kernel.
    ::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_max, sizeof unsent_max);
    if (family == AF_INET6)
        ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, endpoint.ip == "*" ? &off : &on, sizeof on);
    auto name = to_socket_name(endpoint, family);
    if (!name) {
        ::close(fd);
        return tl::unexpected(name.error());
    }
    const auto size =
        static_cast<socklen_t>(family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&*name), size) != 0 ||
        ::listen(fd, 4096) != 0) {
        const int code = errno;
        ::close(fd);
        return cannot_listen(endpoint, code);
    }
    return fd;
}

/// Nobody else may listen there: SO_REUSEPORT alone would let two servers of one user share a port
/// unseen.
Result<void> refuse_when_taken(const Endpoint& endpoint, int family) {
    const int probe = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return cannot_listen(endpoint, errno);
    const int on = 1;
    const int off = 0;
    ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET6)
        ::setsockopt(probe, IPPROTO_IPV6, IPV6_V6ONLY, endpoint.ip == "*" ? &off : &on, sizeof on);
    auto name = to_socket_name(endpoint, family);
    int code = 0;
    const auto size =
        static_cast<socklen_t>(family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
    if (name && ::bind(probe, reinterpret_cast<const sockaddr*>(&*name), size) != 0) code = errno;
    ::close(probe);
    if (!name) return tl::unexpected(name.error());
    if (code != 0) return cannot_listen(endpoint, code);
    return {};
}

int family_of(const Endpoint& endpoint) {
    if (endpoint.ip != "*") return endpoint.ip.find(':') == std::string::npos ? AF_INET : AF_INET6;
    const int probe = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return AF_INET;
    ::close(probe);
    return AF_INET6;
}

}  // namespace

Result<ListeningSocket> ListeningSocket::open(const Endpoint& endpoint) {
    TRY(const int fd, open_socket(endpoint, family_of(endpoint)));
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
    return ListeningSocket{fd, Address::from_socket(name).port};
}

Result<void> refuse_taken_port(const Endpoint& endpoint) {
    return endpoint.port == 0 ? Result<void>{} : refuse_when_taken(endpoint, family_of(endpoint));
}

ListeningSocket::~ListeningSocket() {
    if (fd_ >= 0) ::close(fd_);
}

namespace {

/// Connections take all descriptors but the last few: whoever is connected is still to be given
/// files, and the store and the logs are to be opened.
int first_kept_descriptor() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > rlim_t{INT_MAX})
        return std::numeric_limits<int>::max();
    const auto all = static_cast<int>(limit.rlim_cur);
    return all - std::clamp(all / 16, 4, 64);
}

}  // namespace

struct Listener::State {
    State(Loop& loop, int fd, const observe::Log& to_log, OnAccept accept, OnExhausted exhausted)
        : descriptor{loop.context(), fd},
          pause{loop.context()},
          log{to_log},
          on_accept{std::move(accept)},
          on_exhausted{std::move(exhausted)} {}

    /// Until there is nothing more, or it is the turn of others. False: no descriptors are left
    /// but those that are kept for files.
    bool accept_some();
    bool has_room();
    /// The clients wait in the kernel's queue; we are told at once, the operator now and then.
    void tell_exhausted();

    asio::posix::basic_stream_descriptor<Executor> descriptor;
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, Executor>
        pause;
    const observe::Log& log;
    OnAccept on_accept;
    OnExhausted on_exhausted;
    SteadyTime said_last{};
    const int kept_from = first_kept_descriptor();
    int accepted_last = std::numeric_limits<int>::max();  // the first time it is looked at
    bool is_open = true;
};

Listener::Listener(Loop& loop, ListeningSocket socket, const observe::Log& log, OnAccept on_accept,
                   OnExhausted on_exhausted)
    : state_{std::make_shared<State>(loop, socket.release(), log, std::move(on_accept),
                                     std::move(on_exhausted))} {
    loop.start(accept_all(state_));
}

// What cancel() may throw there is no recovering from. NOLINTNEXTLINE(bugprone-exception-escape)
Listener::~Listener() {
    state_->is_open = false;
    state_->descriptor.close();
    state_->pause.cancel();
}

namespace {

enum class AcceptOutcome { accepted, nothing, try_again, exhausted };

AcceptOutcome accept_one(int listening, Accepted& accepted) {
    sockaddr_storage remote{};
    socklen_t size = sizeof remote;
    accepted.fd = ::accept4(listening, reinterpret_cast<sockaddr*>(&remote), &size,
                            SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted.fd < 0) {
        if (errno == EAGAIN || errno == EBADF) return AcceptOutcome::nothing;
        const bool no_room =
            errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
        return no_room ? AcceptOutcome::exhausted
                       : AcceptOutcome::try_again;  // the peer went away meanwhile
    }
    sockaddr_storage local{};
    size = sizeof local;
    ::getsockname(accepted.fd, reinterpret_cast<sockaddr*>(&local), &size);
    accepted.local = Address::from_socket(local);
    accepted.remote = Address::from_socket(remote);
    return AcceptOutcome::accepted;
}

constexpr int accepts_in_a_row_max = 64;  // then the connections get a turn
constexpr std::chrono::milliseconds pause_when_exhausted{200};
constexpr std::chrono::seconds say_again_after{10};

}  // namespace

/// The kernel gives the lowest number that is free, so a high one tells that few are left. While
/// numbers are low nobody has to ask.
bool Listener::State::has_room() {
    if (accepted_last < kept_from / 2) return true;
    const int next = ::fcntl(descriptor.native_handle(), F_DUPFD_CLOEXEC, 0);
    if (next < 0) return false;
    ::close(next);
    return next < kept_from;
}

bool Listener::State::accept_some() {
    for (int i = 0; i < accepts_in_a_row_max && is_open; ++i) {
        if (!has_room()) return false;
        Accepted accepted{};
        const auto outcome = accept_one(descriptor.native_handle(), accepted);
        if (outcome == AcceptOutcome::accepted) {
            accepted_last = accepted.fd;
            on_accept(std::move(accepted));
        }
        if (outcome == AcceptOutcome::nothing) break;
        if (outcome == AcceptOutcome::exhausted) return false;
    }
    return true;
}

void Listener::State::tell_exhausted() {
    const auto now = std::chrono::steady_clock::now();
    if (now - said_last > say_again_after) {
        said_last = now;
        log.error(
            "net",
            "no file descriptors left: new clients wait. Raise the limit (ulimit -n, LimitNOFILE=) or lower [server.limits] connections");
    }
    on_exhausted();
}

Sure<void> Listener::accept_all(std::shared_ptr<State> state) {
    constexpr auto tuple = asio::experimental::as_tuple(use_awaitable);
    while (state->is_open) {
        const auto [error] =
            co_await state->descriptor.async_wait(asio::posix::descriptor_base::wait_read, tuple);
        if (error || !state->is_open) co_return;
        if (state->accept_some()) continue;
        state->tell_exhausted();
        state->pause.expires_after(pause_when_exhausted);
        (void)co_await state->pause.async_wait(tuple);
    }
}

}  // namespace rhumb::net
