#include "doctor/machine_look.h"

#include <cstring>
#include <limits>

#include <unistd.h>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace rhumb::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

/// A socket of this process that listens on a free port.
class Listening {
public:
    explicit Listening(int family) : fd_{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in6 name{};
        socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        name.sin6_family = static_cast<sa_family_t>(family);
        if (family == AF_INET) {
            sockaddr_in v4{};
            v4.sin_family = AF_INET;
            v4.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
            std::memcpy(&name, &v4, sizeof v4);
        }
        auto* const raw = reinterpret_cast<sockaddr*>(&name);
        if (::bind(fd_, raw, size) != 0 || ::listen(fd_, 1) != 0) return;
        ::getsockname(fd_, raw, &size);
        port_ = ::ntohs(name.sin6_port);  // at the same place in both
    }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;
    ~Listening() { ::close(fd_); }
    std::uint16_t port() const { return port_; }

private:
    int fd_;
    std::uint16_t port_ = 0;
};

std::optional<Listener> find_listener(std::uint16_t port) {
    for (const auto& listener : read_listeners())
        if (listener.port == port) return listener;
    return std::nullopt;
}

TEST(Listeners, AreReadAsTheKernelWritesThem) {
    const auto* const text =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
        "inode\n"
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 "
        "4711 1 0000000000000000 100 0 0 10 0\n"
        "   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
        "17 1 0000000000000000 100 0 0 10 0\n"
        "   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 "
        "4712 1 0000000000000000 20 4 30 10 -1\n";
    EXPECT_THAT(parse_listeners(text), ElementsAre(Listener{"127.0.0.1", 8080, 1000, 4711},
                                                   Listener{"0.0.0.0", 22, 0, 17}));
}

TEST(Listeners, OfTheOtherFamilyAreReadToo) {
    const auto* const text =
        "   0: 00000000000000000000000001000000:01BB 00000000000000000000000000000000:0000 0A "
        "00000000:00000000 00:00000000 00000000     0        0 99 1 0 100 0 0 10 0\n"
        "   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A "
        "00000000:00000000 00:00000000 00000000     0        0 98 1 0 100 0 0 10 0\n";
    EXPECT_THAT(parse_listeners(text),
                ElementsAre(Listener{"::1", 443, 0, 99}, Listener{"::", 80, 0, 98}));
}

TEST(Listeners, ThatCannotBeReadAreLeftOut) {
    for (const auto* const text :
         {"", "\n\n", "0: x:y z 0A", "0: 0100007F 0 0A 0 0 0 0 0 0 0",
          "0: 0100007F:FFFFF 0:0 0A 0:0 0:0 0 0 0 5", "0: 01:50 0:0 0A 0:0 0:0 0 0 0 5",
          "0: 0100007F:0050 0:0 0A 0:0 0:0 0 x 0 5"})
        EXPECT_THAT(parse_listeners(text), IsEmpty()) << text;
}

TEST(Listeners, OfThisProcessAreFoundWithTheirOwner) {
    for (const int family : {AF_INET, AF_INET6}) {
        const Listening socket{family};
        if (socket.port() == 0) continue;  // a machine without IPv6
        const auto listener = find_listener(socket.port());
        ASSERT_TRUE(listener) << family;
        EXPECT_EQ(listener->user, ::geteuid());
        EXPECT_THAT(sockets_of(::getpid()), Contains(listener->inode));

        const auto owner = find_owner(listener->inode);

        ASSERT_TRUE(owner);
        EXPECT_EQ(owner->process, ::getpid());
        EXPECT_THAT(owner->program, testing::HasSubstr("doctor_test"));
    }
}

TEST(Listeners, OfNobodyHaveNoOwner) { EXPECT_FALSE(find_owner(std::uint64_t{1} << 60U)); }

TEST(Listeners, AreKnownByTheUnitThatBeganThem) {
    EXPECT_EQ(unit_of("0::/system.slice/nginx.service\n"), "nginx.service");
    EXPECT_EQ(unit_of("1:name=systemd:/system.slice/system-x.slice/x@1.service\n0::/\n"),
              "x@1.service");
    EXPECT_EQ(unit_of("0::/user.slice/user-1000.slice/session-2.scope\n"), "");
    EXPECT_EQ(unit_of("0::/user.slice/user-1000.slice/user@1000.service\n"), "");
    EXPECT_EQ(unit_of(""), "");
}

TEST(Processes, AreReadAsTheKernelWritesThem) {
    const auto seen = parse_process(
        7, "Name:\trhumb\nUid:\t0\t1000\t1000\t1000\nGid:\t0\t0\t0\t0\n",
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max core file size        0                    unlimited            bytes     \n"
        "Max open files            1024                 524288               files     \n");
    EXPECT_EQ(seen.user, 1000U);
    EXPECT_EQ(seen.descriptors_max, 1024U);
    EXPECT_EQ(seen.core_bytes_max, 0U);

    const auto unlimited =
        parse_process(7, "", "Max core file size  unlimited  unlimited  bytes\n");
    EXPECT_EQ(unlimited.core_bytes_max, std::numeric_limits<std::uint64_t>::max());
    EXPECT_FALSE(unlimited.user);
    EXPECT_FALSE(unlimited.descriptors_max);
}

TEST(Processes, ThatAreThisOneAreSeen) {
    const auto seen = look_at_process(::getpid());
    EXPECT_EQ(seen.user, ::geteuid());
    EXPECT_TRUE(seen.descriptors_max);
    EXPECT_THAT(seen.program, testing::HasSubstr("doctor_test"));
    EXPECT_FALSE(seen.is_program_replaced);
}

TEST(Openssl, NamesItsVersion) {
    EXPECT_EQ(version_of("OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19)"), "3.0.19");
    EXPECT_EQ(version_of("LibreSSL 3.8.2"), "");
    EXPECT_FALSE(look_at_openssl().loaded.empty());
}

TEST(Disks, AreSeenOnceForEachFileSystem) {
    InstallationOrder order;
    order.data = "/tmp/none/at/all";
    config::Document document;
    document.sites.resize(2);
    const auto disks = look_at_disks(order, document);
    ASSERT_EQ(disks.size(), 1U);
    EXPECT_EQ(disks[0].directory, "/tmp");
    EXPECT_GT(disks[0].bytes, 0U);
}

}  // namespace
}  // namespace rhumb::doctor
