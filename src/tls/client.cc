#include "tls/client.h"

#include <array>
#include <filesystem>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <openssl/x509v3.h>

#include "base/handle.h"
#include "base/instant.h"
#include "base/text.h"
#include "crypto/errors.h"
#include "pki/native.h"

namespace rhumb::tls {

namespace {

using ContextHandle = Handle<SSL_CTX, SSL_CTX_free>;

tl::unexpected<NotSecure> not_secure(ClientFault fault, std::string message) {
    return tl::unexpected(NotSecure{fault, std::move(message)});
}

tl::unexpected<NotSecure> not_secure(const Error& error) {
    const bool is_silent = error.message.starts_with(net::silent_text);
    return not_secure(is_silent ? ClientFault::silent : ClientFault::gone, error.message);
}

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

/// What programs of this system trust: the places that OpenSSL was built with. Not
/// SSL_CTX_set_default_verify_paths(), which lets the environment lead elsewhere.
bool trust_system(SSL_CTX* context) {
    const char* const file = X509_get_default_cert_file();
    std::error_code ignored;
    const bool is_file_good =
        !std::filesystem::exists(file, ignored) || SSL_CTX_load_verify_file(context, file) == 1;
    return is_file_good && SSL_CTX_load_verify_dir(context, X509_get_default_cert_dir()) == 1;
}

tl::expected<ContextHandle, NotSecure> make_context(const std::string& roots_file) {
    ContextHandle context{SSL_CTX_new(TLS_client_method())};
    if (!context) return not_secure(ClientFault::handshake, crypto::take_openssl_reasons());
    auto* const raw = context.get();
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(raw, SSL_MODE_AUTO_RETRY);
    if (SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1)
        return not_secure(ClientFault::handshake, crypto::take_openssl_reasons());
    const bool has_roots = roots_file.empty()
                               ? trust_system(raw)
                               : SSL_CTX_load_verify_file(raw, roots_file.c_str()) == 1;
    if (!has_roots)
        return not_secure(ClientFault::roots,
                          fmt::format("the roots of {} cannot be read: {}",
                                      roots_file.empty() ? "the system" : roots_file,
                                      crypto::take_openssl_reasons()));
    return context;
}

bool set_name(SSL* ssl, const std::string& host) {
    SSL_set_hostflags(ssl,
                      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (is_address(host))
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    // SSL_set_tlsext_host_name(), which is a macro with a cast of the old style.
    return SSL_set1_host(ssl, host.c_str()) == 1 &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    const_cast<char*>(host.c_str())) == 1;
}

std::string names_of(const pki::Certificate& certificate) {
    auto names = pki::to_texts(certificate.names());
    if (names.size() > 5) {
        names.resize(5);
        names.emplace_back("…");
    }
    return names.empty() ? "no name at all" : text::join(names, ", ");
}

/// What is wrong with what the server showed. `code`: OpenSSL's X509_V_ERR_….
std::string complaint(SSL* ssl, long code, const ClientOrder& order) {
    // Where a certificate was refused there is no "peer" yet, but the path as far as it went.
    const STACK_OF(X509)* const path = SSL_get0_verified_chain(ssl);
    X509* const raw = path == nullptr ? nullptr : sk_X509_value(path, 0);
    const auto fallback =
        fmt::format("its certificate is not trusted: {}", X509_verify_cert_error_string(code));
    if (raw == nullptr) return fallback;
    X509_up_ref(raw);
    const auto leaf = pki::Native::make_certificate(std::shared_ptr<X509>{raw, X509_free});
    if (!leaf) return fallback;
    switch (code) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return fmt::format(
                "its certificate, or one that signed it, has expired (its own ends on {})",
                to_readable(leaf->not_after()));
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return fmt::format("its certificate is not valid yet (from {} on)",
                               to_readable(leaf->not_before()));
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return fmt::format("its certificate is for {}, not for {}", names_of(*leaf),
                               order.host);
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return fmt::format("its certificate is signed by «{}», which {} does not trust",
                               leaf->issuer(),
                               order.roots_file.empty() ? "this system" : order.roots_file);
        default: return fallback;
    }
}

}  // namespace

void Client::Freed::operator()(ssl_st* ssl) const noexcept { SSL_free(ssl); }

Client::Client(std::unique_ptr<ssl_st, Freed> ssl, const net::Dialed& connection)
    : ssl_{std::move(ssl)}, connection_{connection} {}

Client::~Client() = default;

tl::expected<std::unique_ptr<Client>, NotSecure> Client::shake_hands(const net::Dialed& connection,
                                                                     const ClientOrder& order) {
    ERR_clear_error();
    TRY(const auto context, make_context(order.roots_file));
    std::unique_ptr<ssl_st, Freed> ssl{SSL_new(context.get())};
    BIO* const in = BIO_new(BIO_s_mem());
    BIO* const out = BIO_new(BIO_s_mem());
    if (!ssl || in == nullptr || out == nullptr) {
        BIO_free(in);
        BIO_free(out);
        return not_secure(ClientFault::handshake, crypto::take_openssl_reasons());
    }
    SSL_set_bio(ssl.get(), in, out);  // owns both
    SSL_set_connect_state(ssl.get());
    if (!set_name(ssl.get(), order.host))
        return not_secure(ClientFault::handshake,
                          fmt::format("«{}» is no name that a certificate can be for", order.host));
    std::unique_ptr<Client> client{new Client{std::move(ssl), connection}};
    TRY_DONE(client->run(order));
    return client;
}

tl::expected<void, NotSecure> Client::run(const ClientOrder& order) {
    for (;;) {
        const int outcome = SSL_do_handshake(ssl_.get());
        const int reason = outcome == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), outcome);
        const auto flushed = flush();
        if (outcome == 1) break;
        if (reason != SSL_ERROR_WANT_READ) {
            const auto code = SSL_get_verify_result(ssl_.get());
            const auto reasons = crypto::take_openssl_reasons();
            if (code != X509_V_OK)
                return not_secure(ClientFault::untrusted, complaint(ssl_.get(), code, order));
            return not_secure(ClientFault::handshake,
                              fmt::format("the TLS handshake failed: {}", reasons));
        }
        if (!flushed) return not_secure(flushed.error());
        const auto filled = fill();
        if (!filled) return not_secure(filled.error());
        if (!*filled)
            return not_secure(ClientFault::gone,
                              "the server hung up in the middle of the TLS handshake");
    }
    if (SSL_get_verify_result(ssl_.get()) != X509_V_OK)
        return not_secure(ClientFault::untrusted, "its certificate is not trusted");
    return {};
}

Result<void> Client::flush() {
    std::array<char, 16384> bytes{};
    for (;;) {
        const int count =
            BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
        if (count <= 0) return {};
        TRY_DONE(connection_.send_all({bytes.data(), static_cast<std::size_t>(count)}));
    }
}

Result<bool> Client::fill() {
    std::array<char, 16384> bytes{};
    TRY(const auto got, connection_.receive(bytes));
    if (got.empty()) return false;
    if (BIO_write(SSL_get_rbio(ssl_.get()), got.data(), static_cast<int>(got.size())) !=
        static_cast<int>(got.size()))
        return crypto::openssl_failed(ErrorKind::internal, "deciphering");
    return true;
}

Result<void> Client::send_all(std::string_view bytes) {
    while (!bytes.empty()) {
        ERR_clear_error();
        std::size_t sent = 0;
        if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent) != 1) {
            TRY_DONE(flush());
            return fail(ErrorKind::unavailable, "enciphering failed: {}",
                        crypto::take_openssl_reasons());
        }
        TRY_DONE(flush());
        bytes.remove_prefix(sent);
    }
    return {};
}

Result<std::string_view> Client::receive(std::span<char> into) {
    for (;;) {
        ERR_clear_error();
        std::size_t got = 0;
        const int outcome = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
        if (outcome == 1) return std::string_view{into.data(), got};
        const int reason = SSL_get_error(ssl_.get(), outcome);
        TRY_DONE(flush());  // an alert, a new key
        if (reason == SSL_ERROR_ZERO_RETURN) return std::string_view{};
        if (reason != SSL_ERROR_WANT_READ)
            return fail(ErrorKind::unavailable, "what came cannot be deciphered: {}",
                        crypto::take_openssl_reasons());
        TRY(const bool is_more, fill());
        if (!is_more) return std::string_view{};
    }
}

bool Client::has_pending() const {
    return SSL_has_pending(ssl_.get()) == 1 || BIO_ctrl_pending(SSL_get_rbio(ssl_.get())) > 0;
}

void Client::part() {
    ERR_clear_error();
    (void)SSL_shutdown(ssl_.get());
    (void)flush();
    ERR_clear_error();
}

}  // namespace rhumb::tls
