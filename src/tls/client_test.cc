#include "tls/client.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "net/test_port.h"
#include "pki/example.h"
#include "tls/testing.h"

namespace rhumb::tls {
namespace {

using namespace std::chrono_literals;

/// What programs with the real clock accept: the example's authority lives in its own time.
struct Living {
    Seconds now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    pki::Key root_key = *pki::Key::generate(pki::KeyType::ec_p256);
    pki::Certificate root = *pki::issue_self_signed({.usage = pki::Usage::root,
                                                     .common_name = "Living root",
                                                     .names = {},
                                                     .now = now - 240h,
                                                     .lifetime = 2400h,
                                                     .constraints = {}},
                                                    root_key);

    CredentialGroup group(const std::vector<std::string>& names, std::chrono::hours age = 24h,
                          std::chrono::hours lifetime = 48h) const {
        const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
        const auto leaf = *pki::issue({.usage = pki::Usage::server,
                                       .common_name = "",
                                       .names = pki::example_names(names),
                                       .now = now - age,
                                       .lifetime = lifetime,
                                       .constraints = {}},
                                      key.public_key(), {root, root_key});
        return {*Credential::make(*pki::Chain::make({leaf}), key)};
    }
};

class TlsClient : public testing::Test {
protected:
    void SetUp() override { std::ofstream{roots_} << living_.root.to_pem(); }
    void TearDown() override { std::filesystem::remove(roots_); }

    tl::expected<void, NotSecure> connect(const ExampleServer& server, const std::string& host,
                                          const std::string& roots) {
        auto dialed = net::dial({"127.0.0.1", server.port()}, 5s);
        EXPECT_TRUE(dialed);
        auto client = Client::shake_hands(*dialed, {.host = host, .roots_file = roots});
        if (!client) return tl::unexpected(client.error());
        EXPECT_TRUE((*client)->send_all("!"));
        return {};
    }
    std::string complaint(const CredentialGroup& group, const std::string& host,
                          const std::string& roots) {
        const ExampleServer server{std::make_shared<ExampleSource>(group)};
        const auto done = connect(server, host, roots);
        if (done) return "no complaint";
        EXPECT_EQ(done.error().fault, ClientFault::untrusted);
        return done.error().message;
    }

    Living living_{};
    std::string roots_ =
        std::filesystem::temp_directory_path() / fmt::format("rhumb-client-{}.pem", ::getpid());
};

TEST_F(TlsClient, TrustsWhatItsRootsSignedForThatName) {
    const ExampleServer server{
        std::make_shared<ExampleSource>(living_.group({"localhost", "127.0.0.1"}))};
    EXPECT_TRUE(connect(server, "localhost", roots_));
    EXPECT_TRUE(connect(server, "127.0.0.1", roots_));
}

TEST_F(TlsClient, SaysWhatIsWrongWithACertificate) {
    EXPECT_NE(complaint(living_.group({"a.test"}), "b.test", roots_)
                  .find("its certificate is for a.test, not for b.test"),
              std::string::npos);
    EXPECT_NE(complaint(living_.group({"a.test"}), "127.0.0.1", roots_)
                  .find("its certificate is for a.test, not for 127.0.0.1"),
              std::string::npos);
    EXPECT_NE(complaint(living_.group({"a.test"}, 72h, 24h), "a.test", roots_).find("has expired"),
              std::string::npos);
    EXPECT_NE(
        complaint(living_.group({"a.test"}, -24h, 48h), "a.test", roots_).find("is not valid yet"),
        std::string::npos);
    const auto unknown = complaint(living_.group({"a.test"}), "a.test", "");
    EXPECT_NE(unknown.find("«CN=Living root», which this system does not trust"), std::string::npos)
        << unknown;
}

TEST_F(TlsClient, NamesRootsThatCannotBeRead) {
    const ExampleServer server{std::make_shared<ExampleSource>(living_.group({"localhost"}))};
    const auto done = connect(server, "localhost", "/nowhere/roots.pem");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, ClientFault::roots);
    EXPECT_NE(done.error().message.find("/nowhere/roots.pem"), std::string::npos);
}

TEST_F(TlsClient, WaitsNoLongerThanItMay) {
    const net::TestPort silent;
    auto dialed = net::dial(silent.address(), 200ms);
    ASSERT_TRUE(dialed);
    const auto begin = std::chrono::steady_clock::now();
    const auto client = Client::shake_hands(*dialed, {.host = "localhost", .roots_file = roots_});
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().fault, ClientFault::silent) << client.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(TlsClient, TakesNothingElseForTls) {
    const net::TestPort port;
    auto dialed = net::dial(port.address(), 5s);
    ASSERT_TRUE(dialed);
    const int peer = port.accept();
    constexpr std::string_view words = "HTTP/1.1 400 Bad Request\r\n\r\n";
    ASSERT_EQ(::send(peer, words.data(), words.size(), 0), std::ssize(words));
    const auto client = Client::shake_hands(*dialed, {.host = "localhost", .roots_file = roots_});
    ::close(peer);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().fault, ClientFault::handshake) << client.error().message;
}

}  // namespace
}  // namespace rhumb::tls
