#include "net/listener.h"

#include <fcntl.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "net/loop.h"

namespace rhumb::net {
namespace {

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
    return fd;
}

TEST(Listener, AcceptsAndNamesBothEnds) {
    Loop loop;
    const auto log = observe::Log::to_nowhere();
    auto socket = ListeningSocket::open({"127.0.0.1", 0});
    ASSERT_TRUE(socket) << socket.error().message;
    const auto port = socket->port();
    Accepted seen{};
    Listener listener{loop, std::move(*socket), log,
                      [&](Accepted accepted) {
                          seen = std::move(accepted);
                          loop.stop();
                      },
                      [] {}};

    const int client = connect_to(port);
    loop.run();

    EXPECT_EQ(seen.local, (Address{"127.0.0.1", port}));
    EXPECT_EQ(seen.remote.ip, "127.0.0.1");
    ::close(seen.fd);
    ::close(client);
}

TEST(Listener, SaysThatAPortIsTakenAndWhatToDo) {
    auto first = ListeningSocket::open({"127.0.0.1", 0});
    ASSERT_TRUE(first);

    const auto taken = refuse_taken_port({"127.0.0.1", first->port()});

    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
    EXPECT_NE(taken.error().message.find("ss -ltnp"), std::string::npos);
}

TEST(Listener, RefusesWhatIsNoAddress) {
    const auto opened = ListeningSocket::open({"localhost", 0});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
}

TEST(Listener, SurvivesThatNoDescriptorIsLeft) {
    Loop loop;
    const auto log = observe::Log::to_nowhere();
    auto socket = ListeningSocket::open({"127.0.0.1", 0});
    ASSERT_TRUE(socket);
    const auto port = socket->port();
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    int exhausted = 0;
    Accepted seen{.fd = -1, .local = {}, .remote = {}};
    Listener listener{loop, std::move(*socket), log,
                      [&](Accepted accepted) {
                          seen = std::move(accepted);
                          loop.stop();
                      },
                      [&] {
                          ++exhausted;
                          ::setrlimit(RLIMIT_NOFILE, &before);
                      }};
    const int client = connect_to(port);
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(client) + 1;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);

    loop.run();

    EXPECT_EQ(exhausted, 1);
    EXPECT_GE(seen.fd, 0);
    ::close(seen.fd);
    ::close(client);
}

/// A lower limit for descriptors, and as many taken as a test likes.
class FewDescriptors {
public:
    explicit FewDescriptors(rlim_t count) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        auto few = before_;
        few.rlim_cur = count;
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() {
        release();
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

    /// Until `next` is the lowest that is free.
    void take_until(int next) {
        for (;;) {
            const int fd = ::dup(0);
            if (fd < 0 || fd >= next) {
                ::close(fd);
                return;
            }
            taken_.push_back(fd);
        }
    }
    void release() {
        for (const int fd : taken_) ::close(fd);
        taken_.clear();
    }

private:
    rlimit before_{};
    std::vector<int> taken_;
};

TEST(Listener, LeavesAFewDescriptorsForFiles) {
    FewDescriptors few{64};
    Loop loop;
    const auto log = observe::Log::to_nowhere();
    auto socket = ListeningSocket::open({"127.0.0.1", 0});
    ASSERT_TRUE(socket);
    const int client = connect_to(socket->port());
    few.take_until(60);
    int exhausted = 0;
    int left = 0;
    Accepted seen{.fd = -1, .local = {}, .remote = {}};
    Listener listener{loop, std::move(*socket), log,
                      [&](Accepted accepted) {
                          seen = std::move(accepted);
                          loop.stop();
                      },
                      [&] {
                          ++exhausted;
                          const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
                          left = 64 - file;
                          ::close(file);
                          few.release();
                      }};

    loop.run();

    EXPECT_EQ(exhausted, 1);
    EXPECT_EQ(left, 4) << "one of the last four is free for a file";
    EXPECT_GE(seen.fd, 0) << "the client has waited";
    EXPECT_LT(seen.fd, 60);
    ::close(seen.fd);
    ::close(client);
}

}  // namespace
}  // namespace rhumb::net
