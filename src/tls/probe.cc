#include "tls/probe.h"

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>

#include "base/handle.h"
#include "crypto/errors.h"
#include "net/dial.h"
#include "pki/native.h"

namespace rhumb::tls {

namespace {

using ContextHandle = Handle<SSL_CTX, SSL_CTX_free>;
using ConnectionHandle = Handle<SSL, SSL_free>;

constexpr const char* ecdsa_signatures = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448";
constexpr const char* rsa_signatures =
    "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512";
constexpr const char* ecdsa_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305";
constexpr const char* rsa_ciphers =
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305";

Result<net::Dialed> connect_to(const ProbeOrder& order) {
    auto dialed = net::dial(order.address, order.limit);
    if (!dialed) return fail(ErrorKind::unavailable, "nobody answers: {}", dialed.error().reason);
    return *std::move(dialed);
}

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

/// Notes that the server wants a certificate of its client, and gives none.
int note_request(SSL* ssl, X509**, EVP_PKEY**) {
    *static_cast<bool*>(SSL_get_ex_data(ssl, 0)) = true;
    return 0;
}

/// Takes what comes, so that the handshake goes on as far as it can; nobody is trusted by it.
Result<ContextHandle> make_client_context(KeyFamily family) {
    ContextHandle context{SSL_CTX_new(TLS_client_method())};
    if (!context) return crypto::openssl_failed(ErrorKind::internal, "a TLS client");
    auto* const raw = context.get();
    SSL_CTX_set_verify(raw, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_security_level(raw, 0);  // a weak certificate is to be seen, too
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_client_cert_cb(raw, note_request);
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
    Handshake(SSL* ssl, const net::Dialed& connection) : ssl_{ssl}, connection_{connection} {}

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
    const net::Dialed& connection_;
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

/// Offers what browsers do, and asks for what the authority says of the certificate (RFC 6066
/// section 8).
bool ask_for_details(SSL* ssl) {
    constexpr std::array<unsigned char, 12> protocols{2,   'h', '2', 8,   'h', 't',
                                                      't', 'p', '/', '1', '.', '1'};
    // SSL_set_tlsext_status_type(), which is a macro.
    return SSL_set_alpn_protos(ssl, protocols.data(), protocols.size()) == 0 &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp, nullptr) == 1;
}

std::string group_of([[maybe_unused]] SSL* ssl) {
#if OPENSSL_VERSION_NUMBER >= 0x30200000L
    const char* const name = SSL_get0_group_name(ssl);
    return name == nullptr ? "" : name;
#else
    return {};  // older ones do not tell
#endif
}

std::string protocol_of(const SSL* ssl) {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &name, &size);
    return {reinterpret_cast<const char*>(name), size};  // NOLINT(*-reinterpret-cast): bytes
}

std::string staple_of(SSL* ssl) {
    unsigned char* der = nullptr;
    // SSL_get_tlsext_status_ocsp_resp(), which is a macro.
    const auto size = SSL_ctrl(ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, &der);
    if (size <= 0 || der == nullptr) return {};
    return {reinterpret_cast<const char*>(der),  // NOLINT(*-reinterpret-cast): bytes
            static_cast<std::size_t>(size)};
}

Result<Probed> shake_hands(const ProbeOrder& order) {
    TRY(const auto context, make_client_context(order.family));
    TRY(const auto connection, connect_to(order));
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
    if (!ask_for_details(ssl.get()))
        return crypto::openssl_failed(ErrorKind::internal, "setting up a TLS client");
    bool asks_certificate = false;
    SSL_set_ex_data(ssl.get(), 0, &asks_certificate);
    Handshake handshake{ssl.get(), connection};
    TRY_DONE(handshake.run());
    TRY(auto certificates, certificates_of(ssl.get()));
    (void)SSL_shutdown(ssl.get());
    (void)handshake.flush();  // a goodbye; whether it arrives does not matter
    return Probed{.certificates = std::move(certificates),
                  .version = SSL_get_version(ssl.get()),
                  .cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl.get())),
                  .group = group_of(ssl.get()),
                  .protocol = protocol_of(ssl.get()),
                  .staple = staple_of(ssl.get()),
                  .asks_certificate = asks_certificate};
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
