#include "tls/probe.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <sys/socket.h>

#include "base/handle.h"
#include "crypto/errors.h"
#include "pki/native.h"

namespace rhumb::tls {

namespace {

using SteadyClock = std::chrono::steady_clock;
using ContextHandle = Handle<SSL_CTX, SSL_CTX_free>;
using ConnectionHandle = Handle<SSL, SSL_free>;

constexpr const char* ecdsa_signatures = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448";
constexpr const char* rsa_signatures =
    "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512";
constexpr const char* ecdsa_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305";
constexpr const char* rsa_ciphers =
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305";

/// A connected descriptor, closed at the end; every wait ends at the deadline.
class Connection {
public:
    Connection(int fd, SteadyClock::time_point deadline) : fd_{fd}, deadline_{deadline} {}
    Connection(Connection&& other) noexcept
        : fd_{std::exchange(other.fd_, -1)}, deadline_{other.deadline_} {}
    Connection& operator=(Connection&&) = delete;
    ~Connection() {
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() const { return fd_; }

    Result<void> wait(short events) const {
        for (;;) {
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(deadline_ - SteadyClock::now());
            if (left.count() <= 0) return fail(ErrorKind::unavailable, "no answer in time");
            pollfd one{fd_, events, 0};
            const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
            if (ready > 0) return {};
            if (ready < 0 && errno != EINTR)
                return fail(ErrorKind::internal, "waiting: {}", std::strerror(errno));
        }
    }

    Result<void> send_all(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else if (errno == EAGAIN) {
                TRY_DONE(wait(POLLOUT));
            } else if (errno != EINTR) {
                return fail(ErrorKind::unavailable, "sending: {}", std::strerror(errno));
            }
        }
        return {};
    }

    /// Nothing at the end of what the other sends.
    Result<std::string_view> receive(std::span<char> into) const {
        for (;;) {
            const auto count = ::recv(fd_, into.data(), into.size(), 0);
            if (count >= 0) return std::string_view{into.data(), static_cast<std::size_t>(count)};
            if (errno == EAGAIN) {
                TRY_DONE(wait(POLLIN));
            } else if (errno != EINTR) {
                return fail(ErrorKind::unavailable, "the server hung up: {}", std::strerror(errno));
            }
        }
    }

private:
    int fd_;
    SteadyClock::time_point deadline_;
};

struct SocketName {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

Result<SocketName> socket_name(const net::Address& address) {
    SocketName name;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET, address.ip.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(address.port);
        name.size = sizeof v4;
        std::memcpy(&name.storage, &v4, sizeof v4);
        return name;
    }
    if (::inet_pton(AF_INET6, address.ip.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(address.port);
        name.size = sizeof v6;
        std::memcpy(&name.storage, &v6, sizeof v6);
        return name;
    }
    return fail(ErrorKind::invalid, "«{}» is no IP address", address.ip);
}

Result<Connection> connect_to(const net::Address& address, SteadyClock::time_point deadline) {
    TRY(const auto name, socket_name(address));
    const int fd = ::socket(name.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return fail(ErrorKind::internal, "opening a socket: {}", std::strerror(errno));
    Connection connection{fd, deadline};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as the call wants it
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&name.storage), name.size) == 0)
        return connection;
    if (errno != EINPROGRESS)
        return fail(ErrorKind::unavailable, "nobody answers: {}", std::strerror(errno));
    TRY_DONE(connection.wait(POLLOUT));
    int fault = 0;
    socklen_t size = sizeof fault;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size) != 0) fault = errno;
    if (fault != 0) return fail(ErrorKind::unavailable, "nobody answers: {}", std::strerror(fault));
    return connection;
}

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

/// Takes what comes, so that the handshake goes on as far as it can; nobody is trusted by it.
Result<ContextHandle> make_client_context(KeyFamily family) {
    ContextHandle context{SSL_CTX_new(TLS_client_method())};
    if (!context) return crypto::openssl_failed(ErrorKind::internal, "a TLS client");
    auto* const raw = context.get();
    SSL_CTX_set_verify(raw, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_security_level(raw, 0);  // a weak certificate is to be seen, too
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    bool is_set = SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1;
    if (family != KeyFamily::any) {
        const bool is_rsa = family == KeyFamily::rsa;
        // SSL_CTX_set1_sigalgs_list(), which is a macro with a cast of the old style.
        is_set = is_set &&
                 SSL_CTX_ctrl(raw, SSL_CTRL_SET_SIGALGS_LIST, 0,
                              const_cast<char*>(is_rsa ? rsa_signatures : ecdsa_signatures)) == 1 &&
                 SSL_CTX_set_cipher_list(raw, is_rsa ? rsa_ciphers : ecdsa_ciphers) == 1;
    }
    if (!is_set) return crypto::openssl_failed(ErrorKind::internal, "setting up a TLS client");
    return context;
}

/// The handshake, with OpenSSL's bytes carried by hand: its own writing would raise SIGPIPE.
class Handshake {
public:
    Handshake(SSL* ssl, const Connection& connection) : ssl_{ssl}, connection_{connection} {}

    Result<void> run() {
        for (;;) {
            const int outcome = SSL_do_handshake(ssl_);
            const int reason = outcome == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_, outcome);
            auto flushed = flush();
            if (outcome == 1) return {};
            if (reason != SSL_ERROR_WANT_READ) return failed();
            TRY_DONE(std::move(flushed));
            TRY_DONE(fill());
        }
    }

    Result<void> flush() {
        std::array<char, 4096> bytes{};
        for (;;) {
            const int count =
                BIO_read(SSL_get_wbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
            if (count <= 0) return {};
            TRY_DONE(connection_.send_all({bytes.data(), static_cast<std::size_t>(count)}));
        }
    }

private:
    Result<void> fill() {
        std::array<char, 16384> bytes{};
        TRY(const auto got, connection_.receive(bytes));
        if (got.empty())
            return fail(ErrorKind::invalid, "the server hung up in the middle of the handshake");
        if (BIO_write(SSL_get_rbio(ssl_), got.data(), static_cast<int>(got.size())) !=
            static_cast<int>(got.size()))
            return crypto::openssl_failed(ErrorKind::internal, "the handshake");
        return {};
    }

    static Result<void> failed() {
        const bool is_unknown =
            ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_TLSV1_UNRECOGNIZED_NAME;
        const auto reasons = crypto::take_openssl_reasons();
        if (is_unknown)
            return fail(ErrorKind::denied, "the server has no certificate for that name");
        return fail(ErrorKind::invalid, "the handshake failed: {}", reasons);
    }

    SSL* ssl_;
    const Connection& connection_;
};

Result<std::vector<pki::Certificate>> certificates_of(const SSL* ssl) {
    const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(ssl);
    std::vector<pki::Certificate> certificates;
    for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i) {
        X509* const one = sk_X509_value(chain, i);
        X509_up_ref(one);
        TRY(auto certificate, pki::Native::make_certificate(std::shared_ptr<X509>{one, X509_free}));
        certificates.push_back(std::move(certificate));
    }
    if (certificates.empty()) return fail(ErrorKind::invalid, "the server showed no certificate");
    return certificates;
}

Result<Probed> shake_hands(const ProbeOrder& order) {
    TRY(const auto context, make_client_context(order.family));
    TRY(const auto connection, connect_to(order.address, SteadyClock::now() + order.limit));
    const ConnectionHandle ssl{SSL_new(context.get())};
    BIO* const in = BIO_new(BIO_s_mem());
    BIO* const out = BIO_new(BIO_s_mem());
    if (!ssl || in == nullptr || out == nullptr) {
        BIO_free(in);
        BIO_free(out);
        return crypto::openssl_failed(ErrorKind::internal, "a TLS client");
    }
    SSL_set_bio(ssl.get(), in, out);  // owns both
    SSL_set_connect_state(ssl.get());
    // SSL_set_tlsext_host_name(), which is a macro with a cast of the old style.
    if (!order.server_name.empty() && !is_address(order.server_name) &&
        SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(order.server_name.c_str())) != 1)
        return crypto::openssl_failed(ErrorKind::invalid, "the server name");
    Handshake handshake{ssl.get(), connection};
    TRY_DONE(handshake.run());
    TRY(auto certificates, certificates_of(ssl.get()));
    (void)SSL_shutdown(ssl.get());
    (void)handshake.flush();  // a goodbye; whether it arrives does not matter
    return Probed{std::move(certificates), SSL_get_version(ssl.get())};
}

}  // namespace

Result<Probed> probe(const ProbeOrder& order) {
    auto probed = shake_hands(order);
    if (probed) return probed;
    const auto where =
        order.server_name.empty()
            ? order.address.to_string()
            : fmt::format("{} for «{}»", order.address.to_string(), order.server_name);
    return tl::unexpected(std::move(probed).error().within(where));
}

}  // namespace rhumb::tls
