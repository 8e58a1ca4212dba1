#include "net/dial.h"

#include <array>

#include <unistd.h>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/test_port.h"

namespace rhumb::net {
namespace {

using namespace std::chrono_literals;

TEST(Dial, CarriesBytesBothWaysUntilTheEnd) {
    const TestPort port;
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
        const TestPort port;
        address = port.address();
    }
    const auto dialed = dial(address, 5s);
    ASSERT_FALSE(dialed);
    EXPECT_EQ(dialed.error().fault, DialFault::refused);
}

TEST(Dial, DoesNotWaitLongerThanItsDeadline) {
    const TestPort port;
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
