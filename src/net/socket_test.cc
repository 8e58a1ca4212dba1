#include "net/socket.h"

#include <array>

#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/loop.h"

namespace rhumb::net {
namespace {

/// A plain stream on a loop, and the peer's end as a descriptor.
class Pair : public testing::Test {
protected:
    Pair() {
        std::array<int, 2> fds{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()),
                  0);
        stream_ = std::make_unique<PlainStream>(std::make_unique<Socket>(loop_, fds[0]));
        peer_ = fds[1];
    }
    ~Pair() override {
        if (peer_ >= 0) ::close(peer_);
    }
    /// Runs `task` to its end.
    void run(Sure<void> task) {
        spawn(loop_.executor(), std::move(task), [this](const std::exception_ptr& thrown) {
            loop_.stop();
            EXPECT_FALSE(thrown);
        });
        loop_.run();
    }

    Loop loop_;
    std::unique_ptr<PlainStream> stream_;
    int peer_ = -1;
};

Sure<void> read_into(Stream& stream, std::string& text, ErrorKind& kind) {
    std::array<char, 16> buffer{};
    auto count = co_await read_some(stream, buffer);
    if (count)
        text.assign(buffer.data(), *count);
    else
        kind = count.error().kind;
}

TEST_F(Pair, ReadsWhatThePeerWrites) {
    loop_.post([this] { EXPECT_EQ(::write(peer_, "hello", 5), 5); });
    std::string text;
    ErrorKind kind{};
    run(read_into(*stream_, text, kind));
    EXPECT_EQ(text, "hello");
}

TEST_F(Pair, ReadingEndsAtTheDeadline) {
    stream_->set_deadline(std::chrono::steady_clock::now() + std::chrono::milliseconds{10});
    std::string text = "untouched";
    ErrorKind kind{};
    run(read_into(*stream_, text, kind));
    EXPECT_EQ(text, "untouched");
    EXPECT_EQ(kind, ErrorKind::unavailable);
}

TEST_F(Pair, SeesThePeersEnd) {
    ::close(std::exchange(peer_, -1));
    std::string text = "untouched";
    ErrorKind kind{};
    run(read_into(*stream_, text, kind));
    EXPECT_EQ(text, "");
}

Sure<void> wait_once(Stream& stream, bool& came_back) {
    came_back = (co_await stream.wait(Readiness::readable)).has_value();
}

TEST_F(Pair, WakeEndsAWaitWithoutAnError) {
    bool came_back = false;
    loop_.post([this] { stream_->wake(); });
    run(wait_once(*stream_, came_back));
    EXPECT_TRUE(came_back);
}

Sure<void> write_much(Stream& stream, const std::string& bytes, bool& wrote) {
    wrote = (co_await write_all(stream, bytes)).has_value();
}

TEST_F(Pair, WritesMoreThanTheSystemTakesAtOnce) {
    const std::string bytes(4U << 20U, 'x');
    std::size_t received = 0;
    std::function<void()> drain = [&] {
        std::array<char, 65536> buffer{};
        for (ssize_t count = 0; (count = ::read(peer_, buffer.data(), buffer.size())) > 0;)
            received += static_cast<std::size_t>(count);
        if (received < bytes.size()) loop_.post(drain);
    };
    loop_.post(drain);
    bool wrote = false;
    run(write_much(*stream_, bytes, wrote));
    EXPECT_TRUE(wrote);
    drain();
    EXPECT_EQ(received, bytes.size());
}

TEST_F(Pair, WritingToAPeerThatIsGoneFails) {
    ::close(std::exchange(peer_, -1));
    bool wrote = true;
    run(write_much(*stream_, std::string(100, 'x'), wrote));
    EXPECT_FALSE(wrote);
}

}  // namespace
}  // namespace rhumb::net
