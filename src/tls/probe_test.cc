#include "tls/probe.h"

#include <atomic>
#include <functional>
#include <map>
#include <thread>

#include <unistd.h>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/loop.h"
#include "net/spawn.h"
#include "net/test_port.h"
#include "pki/example.h"
#include "tls/stream.h"

namespace rhumb::tls {
namespace {

using namespace std::chrono_literals;

/// "" is the default.
class Table final : public CredentialSource {
public:
    std::map<std::string, CredentialGroup, std::less<>> by_name;
    CredentialGroup find(std::string_view name) const override {
        const auto found = by_name.find(name);
        const auto usual = by_name.find("");
        if (found != by_name.end()) return found->second;
        return usual == by_name.end() ? CredentialGroup{} : usual->second;
    }
};

net::Sure<void> shake(TlsStream& stream) {
    if (!co_await stream.handshake()) co_return;
    std::array<char, 1> word{};
    (void)co_await net::read_some(stream, word);
}

class Probe : public testing::Test {
protected:
    CredentialPointer credential_for(const std::string& name,
                                     pki::KeyType type = pki::KeyType::ec_p256) {
        const auto key = *pki::Key::generate(type);
        return *Credential::make(signer_.chain({name}, key), key);
    }

    /// What probe() says of a server with these certificates.
    Result<Probed> probe_with(ProbeOrder order, Profile profile = Profile::intermediate) {
        const net::TestPort port;
        order.address = port.address();
        const auto context =
            *ServerContext::make({.credentials = source_,
                                  .profile_of = [profile](std::string_view) { return profile; },
                                  .tickets = tickets_,
                                  .offers_http2 = true});
        std::thread server{[&] {
            net::Loop loop;
            auto stream = *TlsStream::make(
                context, std::make_unique<net::Socket>(loop, port.accept(SOCK_NONBLOCK)));
            stream->set_deadline(std::chrono::steady_clock::now() + 20s);
            net::spawn(loop.executor(), shake(*stream),
                       [&](const std::exception_ptr&) { loop.stop(); });
            loop.run();
        }};
        auto probed = probe(order);
        server.join();
        return probed;
    }

    const pki::ExampleAuthority signer_;
    std::shared_ptr<Table> source_ = std::make_shared<Table>();
    std::shared_ptr<TicketKeys> tickets_ =
        std::make_shared<TicketKeys>(std::chrono::sys_seconds{std::chrono::hours{500'000}});
};

TEST_F(Probe, GivesTheChainThatIsShown) {
    const auto usual = credential_for("usual.test");
    source_->by_name[""] = {usual};
    const auto probed = probe_with({});
    ASSERT_TRUE(probed) << probed.error().message;
    EXPECT_EQ(probed->certificates, usual->chain().certificates());
    EXPECT_EQ(probed->version, "TLSv1.3");
}

TEST_F(Probe, AsksForAName) {
    source_->by_name[""] = {credential_for("usual.test")};
    source_->by_name["a.test"] = {credential_for("a.test")};
    EXPECT_EQ(probe_with({.server_name = "a.test"})->certificates.front().common_name(), "a.test");
    EXPECT_EQ(probe_with({.server_name = "192.0.2.1"})->certificates.front().common_name(),
              "usual.test")
        << "addresses are not sent as names";
}

TEST_F(Probe, SeesEachOfTwoCertificatesSideBySide) {
    source_->by_name[""] = {credential_for("ecdsa.test"),
                            credential_for("rsa.test", pki::KeyType::rsa_2048)};
    for (const auto profile : {Profile::modern, Profile::intermediate, Profile::old}) {
        EXPECT_EQ(
            probe_with({.family = KeyFamily::rsa}, profile)->certificates.front().common_name(),
            "rsa.test");
        EXPECT_EQ(
            probe_with({.family = KeyFamily::ecdsa}, profile)->certificates.front().common_name(),
            "ecdsa.test");
    }
}

TEST_F(Probe, TellsARefusedNameFromAFailure) {
    const auto refused = probe_with({.server_name = "a.test"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_NE(
        refused.error().message.find("for «a.test»: the server has no certificate for that name"),
        std::string::npos)
        << refused.error().message;

    source_->by_name[""] = {credential_for("ecdsa.test")};
    const auto failed = probe_with({.family = KeyFamily::rsa});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::invalid);
}

TEST_F(Probe, SaysThatNobodyListens) {
    net::Address address;
    {
        const net::TestPort port;
        address = port.address();
    }
    const auto probed = probe({.address = address});
    ASSERT_FALSE(probed);
    EXPECT_EQ(probed.error().kind, ErrorKind::unavailable);
    EXPECT_FALSE(probe({.address = {"localhost", 1}})) << "names are not looked up";
}

TEST_F(Probe, DoesNotWaitForAServerThatKeepsSilent) {
    const net::TestPort port;
    const auto probed = probe({.address = port.address(), .limit = 50ms});
    ASSERT_FALSE(probed);
    EXPECT_EQ(probed.error().kind, ErrorKind::unavailable);
    EXPECT_NE(probed.error().message.find("no answer in time"), std::string::npos);
}

TEST_F(Probe, DoesNotTakeOtherTalkForTls) {
    const net::TestPort port;
    std::thread server{[&] {
        const int fd = port.accept(SOCK_NONBLOCK);
        constexpr std::string_view talk = "HTTP/1.1 400 Bad Request\r\n\r\n";
        EXPECT_EQ(::send(fd, talk.data(), talk.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(talk.size()));
        std::array<char, 4096> hello{};
        while (::recv(fd, hello.data(), hello.size(), MSG_DONTWAIT) > 0) {}
        ::close(fd);
    }};
    const auto probed = probe({.address = port.address()});
    server.join();
    ASSERT_FALSE(probed);
}

}  // namespace
}  // namespace rhumb::tls
