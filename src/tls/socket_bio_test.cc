#include "tls/socket_bio.h"

#include <array>

#include <unistd.h>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <sys/socket.h>

namespace rhumb::tls {
namespace {

/// Both ends of a TCP connection within this machine; ours does not block.
class Pair {
public:
    Pair() {
        const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const general = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listening, general, size), 0);
        EXPECT_EQ(::listen(listening, 1), 0);
        EXPECT_EQ(::getsockname(listening, general, &size), 0);
        theirs = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT_EQ(::connect(theirs, general, size), 0);
        ours = ::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        ::close(listening);
    }
    ~Pair() {
        ::close(ours);
        ::close(theirs);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    void send(std::string_view bytes) const {
        EXPECT_EQ(::send(theirs, bytes.data(), bytes.size(), 0),
                  static_cast<ssize_t>(bytes.size()));
    }
    /// Everything that has come, without waiting.
    std::string arrived(int flags = 0) const {
        std::array<char, 256> bytes{};
        const auto count = ::recv(theirs, bytes.data(), bytes.size(), flags | MSG_DONTWAIT);
        return {bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    }
    /// What is left in our socket's buffer.
    std::string unread() const {
        std::array<char, 256> bytes{};
        const auto count = ::recv(ours, bytes.data(), bytes.size(), MSG_PEEK);
        return {bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    }

    int ours = -1;
    int theirs = -1;
};

std::string read(const SocketBio& socket, int size) {
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const int count = BIO_read(socket.bio(), bytes.data(), size);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

TEST(SocketBio, HandsOutFirstWhatWasReadBefore) {
    const Pair pair;
    const SocketBio socket{pair.ours, "early"};
    EXPECT_TRUE(socket.has_bytes());
    EXPECT_EQ(read(socket, 2), "ea");
    EXPECT_EQ(read(socket, 100), "rly");
    EXPECT_FALSE(socket.has_bytes());
    EXPECT_EQ(read(socket, 100), "");
    EXPECT_EQ(BIO_should_read(socket.bio()) != 0, true);
}

TEST(SocketBio, TakesAllThatHasComeInOneReadWhileHandsAreShaken) {
    const Pair pair;
    const SocketBio socket{pair.ours, ""};
    pair.send("one and two");
    EXPECT_EQ(read(socket, 3), "one");
    EXPECT_EQ(pair.unread(), "");
    EXPECT_TRUE(socket.has_bytes());
    EXPECT_EQ(read(socket, 100), " and two");
}

TEST(SocketBio, LeavesTheRestInTheSocketAfterTheHandshake) {
    const Pair pair;
    SocketBio socket{pair.ours, ""};
    pair.send("last data");
    EXPECT_EQ(read(socket, 4), "last");
    socket.end_handshake();
    pair.send(" rest");
    EXPECT_EQ(read(socket, 100), " data");
    EXPECT_EQ(read(socket, 2), " r");
    EXPECT_EQ(pair.unread(), "est");
}

TEST(SocketBio, KeepsAnUnfilledPacketBackWhileMoreFollows) {
    // The kernel waits for 200 ms at most: a machine that is busier than that in the midst of it is
    // given another chance.
    bool is_held = false;
    for (int attempt = 0; attempt < 10 && !is_held; ++attempt) {
        const Pair pair;
        SocketBio socket{pair.ours, ""};
        socket.set_more(true);
        ASSERT_EQ(BIO_write(socket.bio(), "head ", 5), 5);
        is_held = pair.arrived(MSG_PEEK).empty();
        socket.set_more(false);
        ASSERT_EQ(BIO_write(socket.bio(), "body", 4), 4);
        EXPECT_EQ(pair.arrived(), "head body");
    }
    EXPECT_TRUE(is_held);
}

TEST(SocketBio, HoldsOneWriteForTheNext) {
    bool is_held = false;
    for (int attempt = 0; attempt < 10 && !is_held; ++attempt) {
        const Pair pair;
        SocketBio socket{pair.ours, ""};
        socket.hold_next();
        ASSERT_EQ(BIO_write(socket.bio(), "ticket ", 7), 7);
        is_held = pair.arrived(MSG_PEEK).empty();
        ASSERT_EQ(BIO_write(socket.bio(), "answer", 6), 6);
        EXPECT_EQ(pair.arrived(), "ticket answer");
    }
    EXPECT_TRUE(is_held);
}

TEST(SocketBio, TellsTheEndFromAWait) {
    const Pair pair;
    const SocketBio socket{pair.ours, ""};
    ::shutdown(pair.theirs, SHUT_WR);
    std::array<char, 8> bytes{};
    EXPECT_EQ(BIO_read(socket.bio(), bytes.data(), bytes.size()), 0);
    EXPECT_TRUE(BIO_eof(socket.bio()));
    EXPECT_FALSE(BIO_should_retry(socket.bio()));
}

}  // namespace
}  // namespace rhumb::tls
