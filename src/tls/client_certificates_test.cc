#include "tls/client_certificates.h"

#include <array>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "base/handle.h"
#include "pki/example.h"
#include "pki/native.h"
#include "tls/testing.h"

namespace rhumb::tls {
namespace {

using ClientContext = Handle<SSL_CTX, SSL_CTX_free>;
using Client = Handle<SSL, SSL_free>;
using Session = Handle<SSL_SESSION, SSL_SESSION_free>;

/// A certificate with its key, and what is sent beside it.
struct Proof {
    pki::Certificate leaf;
    pki::Key key;
    std::vector<pki::Certificate> others{};
};

/// How a client goes about it.
struct Wish {
    std::string name = "gis.test";
    const Proof* proof = nullptr;
    int version_max = TLS1_3_VERSION;
    SSL_SESSION* session = nullptr;
    bool answers_later = false;  ///< says that it can be asked after the handshake
    std::string word = "word";
};

/// What came of a connection.
struct Outcome {
    bool is_shaken = false;
    bool was_asked = false;
    bool can_be_asked = false;
    bool is_resumed = false;
    std::vector<std::string> shown{};
    std::string asked_later{};  ///< "": it went well, or was not tried
    std::string received{};     ///< what the server read, and sent back
    std::string echoed{};
    std::set<std::string> named{};  ///< authorities that the client was told
    Session session{};
};

class ClientCertificates : public testing::Test {
protected:
    ClientCertificates() {
        std::signal(SIGPIPE, SIG_IGN);  // of OpenSSL's own writes, as main() has it
        const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
        source_ = std::make_shared<ExampleSource>(
            CredentialGroup{*Credential::make(authority_.chain({"gis.test"}, key), key)});
    }

    Proof proof(const std::string& user = "ann", std::size_t other_count = 1) const {
        auto key = *pki::Key::generate(pki::KeyType::ec_p256);
        auto leaf =
            *pki::issue({.usage = pki::Usage::client,
                         .common_name = user,
                         .names = {},
                         .now = pki::example_now,
                         .lifetime = std::chrono::days{30},
                         .constraints = {}},
                        key.public_key(), {authority_.intermediate, authority_.intermediate_key});
        return {leaf, key, std::vector(other_count, authority_.intermediate)};
    }

    /// One connection. The server asks the names of `asking_`, or, with `asks_later_`, everybody
    /// after the handshake; then one word goes there and back.
    Outcome connect(const Wish& wish);

    net::Sure<void> serve(TlsStream& stream, Outcome& outcome) const;

    const pki::ExampleAuthority authority_;
    std::shared_ptr<ExampleSource> source_;
    std::shared_ptr<TicketKeys> tickets_ =
        std::make_shared<TicketKeys>(std::chrono::sys_seconds{std::chrono::hours{500'000}});
    std::set<std::string> asking_{"gis.test"};
    AuthorityNames names_;
    bool asks_later_ = false;
};

net::Sure<void> ClientCertificates::serve(TlsStream& stream, Outcome& outcome) const {
    outcome.is_shaken = (co_await stream.handshake()).has_value();
    if (!outcome.is_shaken) co_return;
    outcome.was_asked = stream.asks_for_certificate();
    outcome.can_be_asked = stream.can_ask_for_certificate();
    outcome.is_resumed = stream.is_resumed();
    if (asks_later_) {
        const auto asked = co_await stream.ask_for_certificate(names_);
        outcome.asked_later = asked ? "" : asked.error().message;
    }
    outcome.shown = stream.client_certificates();
    std::array<char, 8192> piece{};
    const auto count = co_await net::read_some(stream, piece);
    if (!count || *count == 0) co_return;
    outcome.received.assign(piece.data(), *count);
    (void)co_await net::write_all(stream, outcome.received);
}

/// The client's side, which may block: it has a thread of its own.
void converse(SSL* client, const Wish& wish, Outcome& outcome) {
    if (SSL_connect(client) != 1) return;
    if (SSL_write(client, wish.word.data(), static_cast<int>(wish.word.size())) <= 0) return;
    std::array<char, 8192> piece{};
    const int count = SSL_read(client, piece.data(), static_cast<int>(piece.size()));
    if (count > 0) outcome.echoed.assign(piece.data(), static_cast<std::size_t>(count));
    const auto* const names = SSL_get0_peer_CA_list(client);
    for (int i = 0; names != nullptr && i < sk_X509_NAME_num(names); ++i) {
        std::array<char, 256> text{};
        X509_NAME_get_text_by_NID(sk_X509_NAME_value(names, i), NID_commonName, text.data(),
                                  static_cast<int>(text.size()));
        outcome.named.insert(text.data());
    }
    outcome.session.reset(SSL_get1_session(client));
}

void equip(SSL* client, const Wish& wish) {
    SSL_ctrl(client, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(wish.name.c_str()));
    if (wish.session != nullptr) SSL_set_session(client, wish.session);
    if (wish.answers_later) SSL_set_post_handshake_auth(client, 1);
    if (wish.proof == nullptr) return;
    SSL_use_certificate(client, pki::Native::get(wish.proof->leaf));
    SSL_use_PrivateKey(client, pki::Native::get(wish.proof->key));
    for (const auto& other : wish.proof->others)
        SSL_ctrl(client, SSL_CTRL_CHAIN_CERT, 1, pki::Native::get(other));
}

Outcome ClientCertificates::connect(const Wish& wish) {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
    const timeval limit{20, 0};
    EXPECT_EQ(::setsockopt(fds[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    Outcome outcome;
    const ClientContext context{SSL_CTX_new(TLS_client_method())};
    SSL_CTX_set_max_proto_version(context.get(), wish.version_max);
    const Client client{SSL_new(context.get())};
    SSL_set_fd(client.get(), fds[1]);
    equip(client.get(), wish);
    std::thread thread{[&] {
        converse(client.get(), wish, outcome);
        ::shutdown(fds[1], SHUT_RDWR);
    }};
    net::Loop loop;
    auto names = std::make_shared<const AuthorityNames>(names_);
    {
        const auto server = *ServerContext::make(
            {.credentials = source_,
             .profile_of = [](std::string_view) { return Profile::intermediate; },
             .tickets = tickets_,
             .offers_http2 = true,
             .asks_of = [&](std::string_view name) -> std::shared_ptr<const AuthorityNames> {
                 return asking_.contains(std::string{name}) ? names : nullptr;
             }});
        ::fcntl(fds[0], F_SETFL, O_NONBLOCK);
        auto stream = *TlsStream::make(server, std::make_unique<net::Socket>(loop, fds[0]));
        stream->set_deadline(std::chrono::steady_clock::now() + std::chrono::seconds{20});
        net::spawn(loop.executor(), serve(*stream, outcome), [&](const std::exception_ptr& thrown) {
            EXPECT_FALSE(thrown);
            loop.stop();
        });
        loop.run();
    }
    thread.join();
    SSL_set_shutdown(client.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    ::close(fds[1]);
    return outcome;
}

constexpr std::array versions{TLS1_2_VERSION, TLS1_3_VERSION};

TEST_F(ClientCertificates, AreTakenWithTheirChainWhoeverIssuedThem) {
    const auto ann = proof();
    for (const int version : versions) {
        const auto got = connect({.proof = &ann, .version_max = version});
        EXPECT_TRUE(got.was_asked);
        EXPECT_EQ(got.shown, (std::vector{ann.leaf.to_der(), authority_.intermediate.to_der()}));
        EXPECT_EQ(got.echoed, "word");
    }
}

TEST_F(ClientCertificates, AreNotNeeded) {
    for (const int version : versions) {
        const auto got = connect({.version_max = version});
        EXPECT_TRUE(got.was_asked);
        EXPECT_TRUE(got.shown.empty());
        EXPECT_EQ(got.echoed, "word");
    }
}

TEST_F(ClientCertificates, AreNotAskedForUnderNamesThatWantNone) {
    const auto ann = proof();
    for (const int version : versions) {
        const auto got = connect({.name = "open.test", .proof = &ann, .version_max = version});
        EXPECT_FALSE(got.was_asked);
        EXPECT_TRUE(got.shown.empty());
        EXPECT_EQ(got.echoed, "word");
    }
}

TEST_F(ClientCertificates, AreAskedForWithTheNamesOfAuthorities) {
    names_ = {authority_.root.subject_der(), "no name at all",
              authority_.intermediate.subject_der()};
    for (const int version : versions)
        EXPECT_EQ(connect({.version_max = version}).named,
                  (std::set<std::string>{"Example root", "Example intermediate"}));
}

TEST_F(ClientCertificates, AreAskedForWithoutNamesWhereThereAreTooMany) {
    names_.assign(1000, authority_.root.subject_der());
    const auto got = connect({});
    EXPECT_TRUE(got.was_asked);
    EXPECT_TRUE(got.named.empty());
}

TEST_F(ClientCertificates, OfManyBytesEndTheHandshake) {
    const auto long_one = proof("ann", 100);
    EXPECT_FALSE(connect({.proof = &long_one}).is_shaken);
    const auto bearable = proof("ann", 20);
    EXPECT_EQ(connect({.proof = &bearable}).shown.size(), 21U);
}

TEST_F(ClientCertificates, AreKnownAgainWithTheirChainWhenASessionIsTakenUp) {
    const auto ann = proof();
    for (const int version : versions) {
        auto got = connect({.proof = &ann, .version_max = version});
        // The note in the ticket has to outlive several sessions.
        for (int again = 0; again < 3; ++again) {
            const auto session = std::move(got.session);
            got = connect({.version_max = version, .session = session.get()});
            EXPECT_TRUE(got.is_resumed) << version << " " << again;
            EXPECT_EQ(got.shown,
                      (std::vector{ann.leaf.to_der(), authority_.intermediate.to_der()}));
        }
    }
}

TEST_F(ClientCertificates, AreAskedForAnewOfWhoHasShownNone) {
    const auto ann = proof();
    for (const int version : versions) {
        const auto first = connect({.version_max = version});
        const auto second =
            connect({.proof = &ann, .version_max = version, .session = first.session.get()});
        EXPECT_FALSE(second.is_resumed);
        EXPECT_EQ(second.shown.size(), 2U);
    }
}

TEST_F(ClientCertificates, ShownUnderOneNameAreNothingUnderAnother) {
    asking_ = {"gis.test", "other.test"};
    const auto ann = proof();
    for (const int version : versions) {
        const auto first = connect({.proof = &ann, .version_max = version});
        const auto second =
            connect({.name = "other.test", .version_max = version, .session = first.session.get()});
        EXPECT_FALSE(second.is_resumed);
        EXPECT_TRUE(second.shown.empty());
        EXPECT_EQ(second.echoed, "word");
    }
}

TEST_F(ClientCertificates, DoNotKeepOthersFromTakingSessionsUp) {
    for (const int version : versions) {
        const auto first = connect({.name = "open.test", .version_max = version});
        const auto second =
            connect({.name = "open.test", .version_max = version, .session = first.session.get()});
        EXPECT_TRUE(second.is_resumed);
    }
}

TEST_F(ClientCertificates, CanBeAskedForAfterTheHandshake) {
    asking_.clear();
    asks_later_ = true;
    const auto ann = proof();
    const auto got = connect({.proof = &ann, .answers_later = true});
    EXPECT_TRUE(got.can_be_asked);
    EXPECT_EQ(got.asked_later, "");
    EXPECT_EQ(got.shown, (std::vector{ann.leaf.to_der(), authority_.intermediate.to_der()}));
    EXPECT_EQ(got.echoed, "word") << "what came before the answer is not lost";
    const auto none = connect({.answers_later = true});
    EXPECT_EQ(none.asked_later, "");
    EXPECT_TRUE(none.shown.empty());
    EXPECT_EQ(none.echoed, "word");
}

TEST_F(ClientCertificates, ShownAfterTheHandshakeAreKnownAgain) {
    asking_.clear();
    asks_later_ = true;
    const auto ann = proof();
    const auto first = connect({.proof = &ann, .answers_later = true});
    asks_later_ = false;
    const auto second = connect({.session = first.session.get()});
    EXPECT_TRUE(second.is_resumed);
    EXPECT_EQ(second.shown, (std::vector{ann.leaf.to_der(), authority_.intermediate.to_der()}));
}

TEST_F(ClientCertificates, AreNotAskedForLaterOfClientsThatCannotAnswer) {
    asking_.clear();
    asks_later_ = true;
    const auto ann = proof();
    for (const int version : versions) {
        const auto got = connect({.proof = &ann, .version_max = version});
        EXPECT_FALSE(got.can_be_asked);
        EXPECT_NE(got.asked_later, "");
        EXPECT_TRUE(got.shown.empty());
        EXPECT_EQ(got.echoed, "word") << "the connection goes on";
    }
}

}  // namespace
}  // namespace rhumb::tls
