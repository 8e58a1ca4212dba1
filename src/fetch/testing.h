#pragma once
/// A little server for tests: it answers byte for byte what it is told to.

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include <poll.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace rhumb::fetch {

/// Answers each request by what `answer` makes of its head, byte for byte, and hangs up. An empty
/// answer keeps the client waiting.
class Peer {
public:
    using Answer = std::function<std::string(const std::string& head)>;

    explicit Peer(Answer answer)
        : answer_{std::move(answer)}, fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof name;
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&name), size), 0);
        EXPECT_EQ(::listen(fd_, 16), 0);
        EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size), 0);
        port_ = ntohs(name.sin_port);
        thread_ = std::thread{[this] { run(); }};
    }
    ~Peer() {
        is_ending_ = true;
        thread_.join();
        ::close(fd_);
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url(std::string_view path = "/") const {
        return fmt::format("http://127.0.0.1:{}{}", port_, path);
    }
    int count() const { return count_; }

private:
    void run() {
        while (!is_ending_) {
            pollfd one{fd_, POLLIN, 0};
            if (::poll(&one, 1, 20) <= 0) continue;
            const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
            serve(client);
            ::close(client);
        }
    }
    void serve(int client) {
        std::string head;
        std::array<char, 4096> bytes{};
        while (head.find("\r\n\r\n") == std::string::npos) {
            const auto count = ::recv(client, bytes.data(), bytes.size(), 0);
            if (count <= 0) return;
            head.append(bytes.data(), static_cast<std::size_t>(count));
        }
        ++count_;
        const auto said = answer_(head);
        (void)::send(client, said.data(), said.size(), MSG_NOSIGNAL);
        if (said.empty())
            while (!is_ending_ && ::recv(client, bytes.data(), bytes.size(), MSG_DONTWAIT) != 0)
                std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }

    Answer answer_;
    int fd_;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_ending_ = false;
    std::atomic<int> count_ = 0;
    std::thread thread_;
};

/// The first line of a head: "GET /a HTTP/1.1".
inline std::string first_line(const std::string& head) { return head.substr(0, head.find("\r\n")); }

inline std::string with_body(std::string_view body, std::string_view status = "200 OK") {
    return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status,
                       body.size(), body);
}

}  // namespace rhumb::fetch
