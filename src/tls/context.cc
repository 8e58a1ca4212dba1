#include "tls/context.h"

#include <array>

#include <openssl/ssl.h>

#include "crypto/errors.h"
#include "pki/native.h"
#include "tls/ticket_keys.h"

namespace rhumb::tls {

namespace {

/// What a profile says, in OpenSSL's words. Sources: Mozilla's guidelines 6.0.json and 5.8.json.
struct Settings {
    int version_min;
    const char* ciphers;  // of TLS 1.2 and before
    bool server_chooses;
};

constexpr const char* forward_secret_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
// The security level is lowered for this profile alone: SHA-1 in TLS 1.0 and 1.1 is below level 1
// in OpenSSL 3.
constexpr const char* old_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:"
    "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:"
    "DHE-RSA-AES128-SHA256:DHE-RSA-AES256-SHA256:AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA256:"
    "AES256-SHA256:AES128-SHA:AES256-SHA:DES-CBC3-SHA:@SECLEVEL=0";
constexpr const char* tls13_suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
// A name with "?" is passed over where OpenSSL is older than 3.5 and does not know it; "*" sends a
// key share.
constexpr const char* groups = "X25519MLKEM768:X25519:prime256v1:secp384r1";
constexpr const char* groups_before_3_5 = "X25519:prime256v1:secp384r1";

Settings settings_of(Profile profile) {
    switch (profile) {
        case Profile::modern: return {TLS1_3_VERSION, forward_secret_ciphers, false};
        case Profile::intermediate: return {TLS1_2_VERSION, forward_secret_ciphers, false};
        case Profile::old: return {TLS1_VERSION, old_ciphers, true};
    }
    return {TLS1_3_VERSION, forward_secret_ciphers, false};
}

tl::unexpected<Error> context_failed(std::string_view step) {
    return crypto::openssl_failed(ErrorKind::internal, fmt::format("setting up TLS: {}", step));
}

}  // namespace

Result<ContextPointer> make_context(Profile profile, const TicketKeys& tickets) {
    const auto settings = settings_of(profile);
    ContextPointer context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    if (!context) return context_failed("context");
    auto* const raw = context.get();
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (!settings.server_chooses) SSL_CTX_clear_options(raw, SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(raw, 1);  // one read for a record's head and body
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);  // tickets only
    // None within the handshake of TLS 1.3: TlsStream sends one with the first bytes of an answer,
    // in the same packet.
    SSL_CTX_set_num_tickets(raw, 0);
    constexpr std::array<unsigned char, 5> session_context{'r', 'h', 'u', 'm', 'b'};
    if (SSL_CTX_set_session_id_context(raw, session_context.data(), session_context.size()) != 1 ||
        SSL_CTX_set_min_proto_version(raw, settings.version_min) != 1 ||
        SSL_CTX_set_cipher_list(raw, settings.ciphers) != 1 ||
        SSL_CTX_set_ciphersuites(raw, tls13_suites) != 1)
        return context_failed("versions and ciphers");
    if (SSL_CTX_set1_groups_list(raw, groups) != 1) {
        (void)crypto::take_openssl_reasons();
        if (SSL_CTX_set1_groups_list(raw, groups_before_3_5) != 1) return context_failed("groups");
    }
    tickets.use_in(raw);
    return context;
}

namespace {

/// Puts a credential where OpenSSL keeps those with such a key, its own chain with it.
Result<void> use(ssl_ctx_st* context, const Credential& credential) {
    const auto& certificates = credential.chain().certificates();
    if (SSL_CTX_use_certificate(context, pki::Native::get(certificates.front())) != 1)
        return context_failed("certificate");
    for (std::size_t i = 1; i < certificates.size(); ++i)
        if (SSL_CTX_add1_chain_cert(context, pki::Native::get(certificates[i])) != 1)
            return context_failed("chain");
    if (SSL_CTX_use_PrivateKey(context, pki::Native::get(credential.key())) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return context_failed("private key");
    return {};
}

}  // namespace

Result<ContextPointer> make_context(Profile profile, const TicketKeys& tickets,
                                    const CredentialGroup& credentials) {
    TRY(auto context, make_context(profile, tickets));
    for (const auto& credential : credentials) TRY_DONE(use(context.get(), *credential));
    return context;
}

bool apply_profile(ssl_st* ssl, Profile profile) {
    const auto settings = settings_of(profile);
    if (settings.server_chooses)
        SSL_set_options(ssl, SSL_OP_CIPHER_SERVER_PREFERENCE);
    else
        SSL_clear_options(ssl, SSL_OP_CIPHER_SERVER_PREFERENCE);
    return SSL_set_min_proto_version(ssl, settings.version_min) == 1 &&
           SSL_set_cipher_list(ssl, settings.ciphers) == 1;
}

}  // namespace rhumb::tls
