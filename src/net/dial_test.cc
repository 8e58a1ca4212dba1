#include "net/dial.h"

#include <array>

#include <unistd.h>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace rhumb::net {
namespace {

using namespace std::chrono_literals;

/// Listens on a free port of the loopback.
class Port {
public:
    Port() : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof name;
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&name), size), 0);
        EXPECT_EQ(::listen(fd_, 4), 0);
        EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size), 0);
        number_ = ntohs(name.sin_port);
    }
    ~Port() { ::close(fd_); }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    Address address() const { return {"127.0.0.1", number_}; }
    int accept() const { return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }

private:
    int fd_;
    std::uint16_t number_ = 0;
};

TEST(Dial, CarriesBytesBothWaysUntilTheEnd) {
    const Port port;
    const auto dialed = dial(port.address(), 5s);
    ASSERT_TRUE(dialed) << dialed.error().reason;
    const int peer = port.accept();
    ASSERT_TRUE(dialed->send_all("question"));
    std::array<char, 64> buffer{};
    EXPECT_EQ(::recv(peer, buffer.data(), 8, MSG_WAITALL), 8);
    EXPECT_EQ(::send(peer, "answer", 6, MSG_NOSIGNAL), 6);
    ::close(peer);

    EXPECT_EQ(*dialed->receive(buffer), "answer");
    EXPECT_EQ(*dialed->receive(buffer), "");
}

TEST(Dial, SaysThatNobodyListens) {
    Address address;
    {
        const Port port;
        address = port.address();
    }
    const auto dialed = dial(address, 5s);
    ASSERT_FALSE(dialed);
    EXPECT_EQ(dialed.error().fault, DialFault::refused);
}

TEST(Dial, DoesNotWaitLongerThanItsDeadline) {
    const Port port;
    const auto dialed = dial(port.address(), 50ms);
    ASSERT_TRUE(dialed);
    std::array<char, 1> buffer{};
    const auto got = dialed->receive(buffer);
    ASSERT_FALSE(got);
    EXPECT_TRUE(got.error().message.starts_with(silent_text)) << got.error().message;
}

TEST(Dial, TellsNoWayFromNoAnswer) {
    // Nobody may connect to the broadcast address over TCP.
    const auto dialed = dial({"255.255.255.255", 443}, 1s);
    ASSERT_FALSE(dialed);
    EXPECT_EQ(dialed.error().fault, DialFault::unreachable) << dialed.error().reason;
    EXPECT_EQ(dial({"localhost", 443}, 1s).error().fault, DialFault::other)
        << "names are not looked up";
}

}  // namespace
}  // namespace rhumb::net
