#pragma once
/// For tests: what servers say, put together byte by byte; and a server that says it.

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "net/address.h"

namespace rhumb::tls {

inline std::string number(std::size_t value, int width) {
    std::string bytes;
    for (int i = width - 1; i >= 0; --i)
        bytes += static_cast<char>(value >> static_cast<unsigned>(8 * i) & 0xffU);
    return bytes;
}
/// With its length before it.
inline std::string vector(std::string_view bytes, int width) {
    return number(bytes.size(), width) + std::string{bytes};
}
inline std::string record(int kind, std::string_view body) {
    return number(static_cast<std::size_t>(kind), 1) + "\x03\x03" + vector(body, 2);
}
inline std::string message(int kind, std::string_view body) {
    return number(static_cast<std::size_t>(kind), 1) + vector(body, 3);
}
inline std::string extension(int kind, std::string_view body) {
    return number(static_cast<std::size_t>(kind), 2) + vector(body, 2);
}
inline std::string alert_record(int level, int description) {
    return record(21, number(static_cast<std::size_t>(level), 1) +
                          number(static_cast<std::size_t>(description), 1));
}

struct FakeHello {
    int version = 0x0303;
    int suite = 0xc02b;
    int compression = 0;
    std::string extensions{};
    std::string random = std::string(32, 'r');
};
inline std::string server_hello(const FakeHello& hello = {}) {
    std::string body = number(static_cast<std::size_t>(hello.version), 2) + hello.random +
                       vector("", 1) + number(static_cast<std::size_t>(hello.suite), 2) +
                       number(static_cast<std::size_t>(hello.compression), 1);
    if (!hello.extensions.empty()) body += vector(hello.extensions, 2);
    return message(2, body);
}
inline std::string retry_request(int suite, int group) {
    return server_hello(
        {.suite = suite,
         .extensions = extension(43, number(0x0304, 2)) +
                       extension(51, number(static_cast<std::size_t>(group), 2)),
         .random = std::string{"\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
                               "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c",
                               32}});
}
inline std::string renegotiation() { return extension(0xff01, std::string(1, '\0')); }
inline std::string certificate_message(const std::vector<std::string>& ders) {
    std::string list;
    for (const auto& der : ders) list += vector(der, 3);
    return message(11, vector(list, 3));
}
inline std::string curve_share(int group) {
    return message(
        12, "\x03" + number(static_cast<std::size_t>(group), 2) + vector("point", 1) + "signature");
}
inline std::string prime_share(std::size_t bytes) {
    return message(
        12, vector("\x80" + std::string(bytes - 1, 'p'), 2) + vector("\x02", 2) + vector("y", 2));
}
inline std::string done() { return message(14, ""); }

/// What a greeting offers, read as a server does.
struct Offer {
    int version = 0;
    std::vector<int> suites;
    std::vector<int> groups;
    bool compresses = false;
    bool is_13 = false;

    bool has(int suite) const {
        return std::find(suites.begin(), suites.end(), suite) != suites.end();
    }
    bool has_group(int group) const {
        return std::find(groups.begin(), groups.end(), group) != groups.end();
    }
};

inline Offer read_offer(std::string_view hello) {
    std::size_t at = 0;
    const auto take = [&](std::size_t width) {
        std::size_t value = 0;
        for (std::size_t i = 0; i < width; ++i)
            value = value << 8U | static_cast<unsigned char>(hello.at(at++));
        return value;
    };
    Offer offer;
    at = 9;  // record and message
    offer.version = static_cast<int>(take(2));
    at += 32;
    at += take(1);
    for (auto left = take(2); left > 0; left -= 2)
        offer.suites.push_back(static_cast<int>(take(2)));
    const auto methods = take(1);
    offer.compresses = methods > 1;
    at += methods;
    if (at == hello.size()) return offer;
    const auto end = take(2) + at;
    while (at < end) {
        const auto kind = take(2);
        const auto next = take(2) + at;
        if (kind == 43) {
            offer.is_13 = true;
        } else if (kind == 10) {
            for (auto left = take(2); left > 0; left -= 2)
                offer.groups.push_back(static_cast<int>(take(2)));
        }
        at = next;
    }
    return offer;
}

/// Answers each greeting on the loopback with what `reply` makes of it, and hangs up.
class FakeServer {
public:
    explicit FakeServer(std::function<std::string(const Offer&)> reply)
        : reply_{std::move(reply)}, fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
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
    ~FakeServer() {
        is_ending_ = true;
        thread_.join();
        ::close(fd_);
    }
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    net::Address address() const { return {"127.0.0.1", port_}; }
    int count() const { return count_; }

private:
    void run() {
        while (!is_ending_) {
            pollfd one{fd_, POLLIN, 0};
            if (::poll(&one, 1, 20) <= 0) continue;
            const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
            ++count_;
            std::string hello(4096, '\0');
            const auto size = ::recv(client, hello.data(), hello.size(), 0);
            if (size > 9) {
                hello.resize(static_cast<std::size_t>(size));
                const auto answer = reply_(read_offer(hello));
                (void)::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
            }
            ::close(client);
        }
    }

    std::function<std::string(const Offer&)> reply_;
    int fd_;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_ending_ = false;
    std::atomic<int> count_ = 0;
    std::thread thread_;
};

}  // namespace rhumb::tls
