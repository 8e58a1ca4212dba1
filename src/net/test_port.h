#pragma once
/// For tests: a listening socket on a free port of the loopback.

#include <unistd.h>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/address.h"

namespace rhumb::net {

class TestPort {
public:
    TestPort() : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof name;
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&name), size), 0);
        EXPECT_EQ(::listen(fd_, 16), 0);
        EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size), 0);
        number_ = ntohs(name.sin_port);
    }
    ~TestPort() { ::close(fd_); }
    TestPort(const TestPort&) = delete;
    TestPort& operator=(const TestPort&) = delete;

    Address address() const { return {"127.0.0.1", number_}; }
    /// `flags` as accept4(2) takes them: SOCK_NONBLOCK. The descriptor is the caller's.
    int accept(int flags = 0) const {
        return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | flags);
    }

private:
    int fd_;
    std::uint16_t number_ = 0;
};

}  // namespace rhumb::net
