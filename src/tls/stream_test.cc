#include "tls/stream.h"

#include <array>
#include <map>

#include <unistd.h>

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "base/handle.h"
#include "net/loop.h"
#include "pki/example.h"

namespace rhumb::tls {
namespace {

using ClientContext = Handle<SSL_CTX, SSL_CTX_free>;
using Client = Handle<SSL, SSL_free>;
using Session = Handle<SSL_SESSION, SSL_SESSION_free>;

/// Certificates by name; "" is the default.
class Table final : public CredentialSource {
public:
    std::map<std::string, CredentialGroup, std::less<>> by_name;
    CredentialGroup find(std::string_view name) const override {
        if (const auto found = by_name.find(name); found != by_name.end()) return found->second;
        const auto usual = by_name.find("");
        return usual == by_name.end() ? CredentialGroup{} : usual->second;
    }
};

/// How a client goes about it.
struct Wish {
    std::string name = "";
    std::string alpn = "";  // in wire form
    int version_max = TLS1_3_VERSION;
    const char* groups = nullptr;
    const char* ciphers = nullptr;  // of TLS 1.2
    const char* signatures =
        nullptr;  // algorithms that the client understands, the preferred one first
    SSL_SESSION* session = nullptr;
};

/// What came of a handshake.
struct Shaken {
    bool is_server_content = false;
    std::string server_error;
    std::string served_name;  // of the leaf that the client got
    std::string alpn;
    std::string version;
    std::string group;
    std::string cipher;
    bool is_resumed = false;
    Session session;
    std::string echoed;
};

class TlsServer : public testing::Test {
protected:
    TlsServer() { source_->by_name[""] = {credential_for("localhost")}; }

    std::shared_ptr<const Credential> credential_for(const std::string& name,
                                                     pki::KeyType type = pki::KeyType::ec_p256) {
        const auto key = *pki::Key::generate(type);
        auto chain = *pki::Chain::make(
            {*signer_.try_issue({name}, key, std::chrono::days{90}), signer_.intermediate});
        return *Credential::make(std::move(chain), key);
    }
    std::shared_ptr<const ServerContext> context() {
        return *ServerContext::make({.credentials = source_,
                                     .profile_of =
                                         [this](std::string_view name) {
                                             return name == "modern.test" ? Profile::modern
                                                                          : profile_;
                                         },
                                     .tickets = tickets_,
                                     .offers_http2 = true});
    }

    /// One connection: handshake, and one word there and back.
    Shaken shake(const std::shared_ptr<const ServerContext>& context, const Wish& wish);

    const pki::ExampleAuthority signer_;
    std::shared_ptr<Table> source_ = std::make_shared<Table>();
    std::shared_ptr<TicketKeys> tickets_ =
        std::make_shared<TicketKeys>(std::chrono::sys_seconds{std::chrono::hours{500'000}});
    Profile profile_ = Profile::intermediate;
};

net::Sure<void> echo_once(TlsStream& stream, Shaken& shaken) {
    const auto handshake = co_await stream.handshake();
    if (!handshake) {
        shaken.server_error = handshake.error().message;
        co_return;
    }
    shaken.is_server_content = true;
    shaken.version = stream.version();
    shaken.group = stream.group();
    shaken.cipher = stream.cipher();
    shaken.is_resumed = stream.is_resumed();
    std::array<char, 64> word{};
    const auto count = co_await net::read_some(stream, word);
    if (count && *count > 0) (void)co_await net::write_all(stream, {word.data(), *count});
}

/// Moves the client on as far as it goes without waiting.
class ClientSteps {
public:
    ClientSteps(SSL* client, Shaken& shaken) : client_{client}, shaken_{shaken} {}

    /// True when it is done, or has failed.
    bool step() { return is_done_ = is_done_ || advance(); }

private:
    bool advance() {
        if (!has_written_) {
            const int shaken = SSL_do_handshake(client_);
            if (shaken != 1) return !is_waiting(shaken);
            has_written_ = SSL_write(client_, "word", 4) == 4;
            if (!has_written_) return true;
        }
        std::array<char, 64> word{};
        const int count = SSL_read(client_, word.data(), static_cast<int>(word.size()));
        if (count <= 0) return !is_waiting(count);
        shaken_.echoed.assign(word.data(), static_cast<std::size_t>(count));
        return true;
    }

    bool is_waiting(int outcome) const {
        const int reason = SSL_get_error(client_, outcome);
        return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
    }
    SSL* client_;
    Shaken& shaken_;
    bool has_written_ = false;
    bool is_done_ = false;
};

Shaken TlsServer::shake(const std::shared_ptr<const ServerContext>& context, const Wish& wish) {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()), 0);
    Shaken shaken;
    const ClientContext client_context{SSL_CTX_new(TLS_client_method())};
    SSL_CTX_set_max_proto_version(client_context.get(), wish.version_max);
    SSL_CTX_set_security_level(client_context.get(), 0);
    if (wish.groups != nullptr) {
        EXPECT_EQ(SSL_CTX_set1_groups_list(client_context.get(), wish.groups), 1);
    }
    if (wish.ciphers != nullptr) {
        EXPECT_EQ(SSL_CTX_set_cipher_list(client_context.get(), wish.ciphers), 1);
    }
    if (wish.signatures != nullptr) {
        // SSL_CTX_set1_sigalgs_list(), which is a macro with a cast of the old style.
        EXPECT_EQ(SSL_CTX_ctrl(client_context.get(), SSL_CTRL_SET_SIGALGS_LIST, 0,
                               const_cast<char*>(wish.signatures)),
                  1);
    }
    const Client client{SSL_new(client_context.get())};
    SSL_set_fd(client.get(), fds[1]);
    SSL_set_connect_state(client.get());
    // SSL_set_tlsext_host_name(), which is a macro with a cast of the old style.
    if (!wish.name.empty())
        SSL_ctrl(client.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(wish.name.c_str()));
    if (!wish.alpn.empty())
        SSL_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>(wish.alpn.data()),
                            static_cast<unsigned>(wish.alpn.size()));
    if (wish.session != nullptr) SSL_set_session(client.get(), wish.session);

    net::Loop loop;
    {
        auto stream = *TlsStream::make(context, std::make_unique<net::Socket>(loop, fds[0]));
        stream->set_deadline(std::chrono::steady_clock::now() + std::chrono::seconds{20});
        ClientSteps steps{client.get(), shaken};
        bool is_server_done = false;
        std::function<void()> step = [&] {
            if (!steps.step())
                loop.post(step);
            else if (is_server_done)
                loop.stop();
            else
                loop.post(step);
        };
        loop.post(step);
        net::spawn(loop.executor(), echo_once(*stream, shaken),
                   [&](const std::exception_ptr& thrown) {
                       EXPECT_FALSE(thrown);
                       is_server_done = true;
                       if (!shaken.is_server_content) loop.stop();
                   });
        loop.run();
        while (!steps.step()) {}
    }
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.get(), &protocol, &size);
    if (size > 0) shaken.alpn.assign(reinterpret_cast<const char*>(protocol), size);
    if (X509* const leaf = SSL_get0_peer_certificate(client.get()); leaf != nullptr) {
        std::array<char, 256> name{};
        X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name.data(),
                                  static_cast<int>(name.size()));
        shaken.served_name = name.data();
    }
    shaken.session.reset(SSL_get1_session(client.get()));
    // A session whose connection was not closed in order may not be taken up again.
    SSL_set_shutdown(client.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    ::close(fds[1]);
    return shaken;
}

TEST_F(TlsServer, ShakesHandsAndCarriesBytes) {
    const auto got = shake(context(), {.name = "localhost"});
    EXPECT_EQ(got.echoed, "word") << got.server_error;
    EXPECT_EQ(got.version, "TLSv1.3");
    EXPECT_EQ(got.served_name, "localhost");
}

TEST_F(TlsServer, PrefersThePostQuantumGroup) {
    const auto got = shake(context(), {.name = "localhost"});
    if (OpenSSL_version_num() < 0x30500000L) GTEST_SKIP() << "this OpenSSL has no ML-KEM";
    EXPECT_EQ(got.group, "X25519MLKEM768");
    EXPECT_EQ(shake(context(), {.name = "localhost", .groups = "P-256"}).group, "secp256r1");
}

TEST_F(TlsServer, ChoosesTheCertificateByName) {
    source_->by_name["a.test"] = {credential_for("a.test")};
    const auto server = context();
    EXPECT_EQ(shake(server, {.name = "A.test"}).served_name, "a.test");
    EXPECT_EQ(shake(server, {.name = "b.test"}).served_name, "localhost");
    EXPECT_EQ(shake(server, {}).served_name, "localhost");
}

TEST_F(TlsServer, RefusesNamesThatItsSourceRefuses) {
    source_->by_name.erase("");
    const auto got = shake(context(), {.name = "b.test"});
    EXPECT_EQ(got.echoed, "");
    EXPECT_EQ(got.server_error, "no certificate for «b.test»");
}

TEST_F(TlsServer, ServesAReplacedCertificateToTheNextClient) {
    const auto server = context();
    EXPECT_EQ(shake(server, {.name = "x"}).served_name, "localhost");
    source_->by_name[""] = {credential_for("renewed.test")};
    EXPECT_EQ(shake(server, {.name = "x"}).served_name, "renewed.test");
}

TEST_F(TlsServer, ShowsEachClientTheCertificateWhoseSignaturesItUnderstands) {
    source_->by_name[""] = {credential_for("ecdsa.test"),
                            credential_for("rsa.test", pki::KeyType::rsa_2048)};
    const auto server = context();
    EXPECT_EQ(shake(server, {.name = "x"}).served_name, "ecdsa.test");
    EXPECT_EQ(shake(server, {.name = "x", .signatures = "RSA-PSS+SHA256"}).served_name, "rsa.test");
    EXPECT_EQ(shake(server, {.name = "x", .signatures = "ECDSA+SHA256"}).served_name, "ecdsa.test");
    EXPECT_EQ(shake(server, {.name = "x",
                             .version_max = TLS1_2_VERSION,
                             .ciphers = "ECDHE-RSA-AES128-GCM-SHA256"})
                  .served_name,
              "rsa.test");
    EXPECT_EQ(shake(server, {.name = "x",
                             .version_max = TLS1_2_VERSION,
                             .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"})
                  .served_name,
              "ecdsa.test");
}

TEST_F(TlsServer, RefusesAClientThatUnderstandsNoneOfItsCertificates) {
    EXPECT_EQ(shake(context(), {.name = "x", .signatures = "RSA-PSS+SHA256"}).echoed, "");
}

TEST_F(TlsServer, ServesEachPartOfAPairThatWasReplacedAlone) {
    const auto rsa = credential_for("rsa.test", pki::KeyType::rsa_2048);
    source_->by_name[""] = {credential_for("old.test"), rsa};
    const auto server = context();
    EXPECT_EQ(shake(server, {.name = "x"}).served_name, "old.test");
    source_->by_name[""] = {credential_for("new.test"), rsa};
    EXPECT_EQ(shake(server, {.name = "x"}).served_name, "new.test");
    EXPECT_EQ(shake(server, {.name = "x", .signatures = "RSA-PSS+SHA256"}).served_name, "rsa.test");
}

TEST_F(TlsServer, GroupsHoldOneCredentialOfEachFamily) {
    const auto first = credential_for("first.test");
    const auto rsa = credential_for("rsa.test", pki::KeyType::rsa_2048);
    CredentialGroup group;
    for (const auto& one : {first, credential_for("second.test", pki::KeyType::ec_p384), rsa})
        add_to_group(group, one);
    EXPECT_EQ(group, (CredentialGroup{first, rsa}));
}

TEST_F(TlsServer, AgreesOnTheProtocol) {
    const auto server = context();
    EXPECT_EQ(shake(server, {.name = "x", .alpn = "\x08http/1.1\x02h2"}).alpn, "h2");
    EXPECT_EQ(shake(server, {.name = "x", .alpn = "\x08http/1.1"}).alpn, "http/1.1");
    EXPECT_EQ(shake(server, {.name = "x"}).alpn, "");
    EXPECT_EQ(shake(server, {.name = "x", .alpn = "\x03xyz"}).echoed, "");
}

TEST_F(TlsServer, HoldsToTheProfileOfTheName) {
    const auto server = context();
    EXPECT_EQ(shake(server, {.name = "x", .version_max = TLS1_2_VERSION}).version, "TLSv1.2");
    EXPECT_EQ(shake(server, {.name = "x", .version_max = TLS1_1_VERSION}).echoed, "");
    EXPECT_EQ(shake(server, {.name = "modern.test", .version_max = TLS1_2_VERSION}).echoed, "");
    EXPECT_EQ(shake(server, {.name = "modern.test"}).echoed, "word");
    profile_ = Profile::old;
    EXPECT_EQ(shake(context(), {.name = "x", .version_max = TLS1_VERSION}).version, "TLSv1");
}

TEST_F(TlsServer, TakesASessionUpAgainAlsoInAnotherContextWithTheSameKeys) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto first = shake(context(), {.name = "x", .version_max = version});
        EXPECT_FALSE(first.is_resumed);
        const auto second =
            shake(context(), {.name = "x", .version_max = version, .session = first.session.get()});
        EXPECT_TRUE(second.is_resumed) << version;
        EXPECT_EQ(second.echoed, "word");
    }
}

TEST_F(TlsServer, ForgetsSessionsWhoseKeyIsGone) {
    const auto first = shake(context(), {.name = "x"});
    tickets_ = std::make_shared<TicketKeys>(std::chrono::sys_seconds{std::chrono::hours{500'000}});
    const auto second = shake(context(), {.name = "x", .session = first.session.get()});
    EXPECT_FALSE(second.is_resumed);
    EXPECT_EQ(second.echoed, "word");
}

TEST(Credential, RefusesAKeyThatIsNotTheCertificates) {
    const pki::ExampleAuthority signer;
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    auto chain = *pki::Chain::make(
        {*signer.try_issue({"a.test"}, key, std::chrono::days{90}), signer.intermediate});
    const auto made =
        Credential::make(std::move(chain), *pki::Key::generate(pki::KeyType::ec_p256));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::conflict);
}

}  // namespace
}  // namespace rhumb::tls
