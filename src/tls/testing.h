#pragma once
/// For tests: a TLS server on a free port of the loopback, which shakes hands with one client after
/// the other and says nothing else.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/snapshot.h"
#include "net/loop.h"
#include "net/spawn.h"
#include "tls/stream.h"

namespace rhumb::tls {

/// Shows one group for every name; it may be replaced at any time. Empty: names are refused.
class ExampleSource final : public CredentialSource {
public:
    explicit ExampleSource(CredentialGroup first)
        : group_{std::make_shared<const CredentialGroup>(std::move(first))} {}
    CredentialGroup find(std::string_view) const override { return *group_.get(); }
    void show(CredentialGroup group) {
        group_.replace(std::make_shared<const CredentialGroup>(std::move(group)));
    }

private:
    Snapshot<CredentialGroup> group_;
};

class ExampleServer {
public:
    explicit ExampleServer(const std::shared_ptr<const CredentialSource>& source)
        : context_{*ServerContext::make(
              {.credentials = source,
               .profile_of = [](std::string_view) { return Profile::intermediate; },
               .tickets = std::make_shared<TicketKeys>(
                   std::chrono::sys_seconds{std::chrono::hours{500'000}}),
               .offers_http2 = true})},
          fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof name;
        auto* const any = reinterpret_cast<sockaddr*>(&name);
        if (::bind(fd_, any, size) == 0 && ::listen(fd_, 16) == 0 &&
            ::getsockname(fd_, any, &size) == 0)
            port_ = ntohs(name.sin_port);
        thread_ = std::thread{[this] { run(); }};
    }
    ~ExampleServer() {
        is_ending_ = true;
        thread_.join();
        ::close(fd_);
    }
    ExampleServer(const ExampleServer&) = delete;
    ExampleServer& operator=(const ExampleServer&) = delete;

    std::uint16_t port() const { return port_; }  ///< 0: it could not be opened

private:
    void run() {
        while (!is_ending_) {
            pollfd one{fd_, POLLIN, 0};
            if (::poll(&one, 1, 20) <= 0) continue;
            serve(::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        }
    }
    void serve(int client) {
        net::Loop loop;
        auto stream = *TlsStream::make(context_, std::make_unique<net::Socket>(loop, client));
        stream->set_deadline(std::chrono::steady_clock::now() + std::chrono::seconds{5});
        net::spawn(loop.executor(), shake(*stream),
                   [&](const std::exception_ptr&) { loop.stop(); });
        loop.run();
    }
    static net::Sure<void> shake(TlsStream& stream) {
        if (!co_await stream.handshake()) co_return;
        std::array<char, 1> word{};
        (void)co_await net::read_some(stream, word);  // until the client parts
    }

    std::shared_ptr<const ServerContext> context_;
    int fd_;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_ending_ = false;
    std::thread thread_;
};

}  // namespace rhumb::tls
