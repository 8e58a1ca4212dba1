#include "tls/callbacks.h"

#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>

#include "base/text.h"
#include "tls/client_certificates.h"
#include "tls/stream.h"

namespace rhumb::tls {

namespace {

/// The host name in a server_name extension (RFC 6066 section 3); "" when there is none, or no
/// sense in it.
std::string_view host_name(SSL* ssl) {
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &bytes, &size) != 1 || size < 5)
        return {};
    const auto u16 = [&](std::size_t at) {
        return static_cast<std::size_t>(bytes[at]) << 8U | bytes[at + 1];
    };
    // list length, type 0 (host_name), name length, name
    if (u16(0) + 2 != size || bytes[2] != TLSEXT_NAMETYPE_host_name || u16(3) + 5 > size) return {};
    return {reinterpret_cast<const char*>(bytes) + 5, u16(3)};
}

/// True when the client says that it can be asked for a certificate after the handshake (RFC 8446
/// section 4.2.6).
bool answers_later(SSL* ssl) {
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    return SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_post_handshake_auth, &bytes, &size) == 1;
}

/// A name worth asking for: dots, hyphens, letters and digits. (IP addresses are not sent in SNI.)
bool is_host_name(std::string_view name) {
    if (name.empty() || name.size() > 253) return false;
    for (const char c : name) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && c != '.' && c != '-' && c != '_') return false;
    }
    return true;
}

}  // namespace

struct Callbacks {
    static int choose_host(SSL* ssl, int* alert, void*) {
        auto* const stream = static_cast<TlsStream*>(SSL_get_app_data(ssl));
        const auto name = host_name(ssl);
        if (is_host_name(name)) stream->server_name_ = text::to_lower(name);
        const auto& options = stream->context_->options();
        const auto credentials = options.credentials->find(stream->server_name_);
        if (credentials.empty()) {
            stream->is_name_unknown_ = true;
            *alert = SSL_AD_UNRECOGNIZED_NAME;
            return SSL_CLIENT_HELLO_ERROR;
        }
        const auto profile = options.profile_of(stream->server_name_);
        const auto context = stream->context_->context_for(credentials, profile);
        *alert = SSL_AD_INTERNAL_ERROR;
        if (!context || SSL_set_SSL_CTX(ssl, context->get()) == nullptr)
            return SSL_CLIENT_HELLO_ERROR;
        stream->answers_later_ = answers_later(ssl);
        if (options.asks_of) stream->asked_names_ = options.asks_of(stream->server_name_);
        if (stream->asked_names_ && !ask_client(ssl, *stream->asked_names_))
            return SSL_CLIENT_HELLO_ERROR;
        const bool is_base = profile == stream->context_->base_profile();
        return is_base || apply_profile(ssl, profile) ? SSL_CLIENT_HELLO_SUCCESS
                                                      : SSL_CLIENT_HELLO_ERROR;
    }

    /// RFC 7301: ours first; no_application_protocol when the client offers neither.
    static int choose_protocol(SSL* ssl, const unsigned char** chosen, unsigned char* chosen_size,
                               const unsigned char* offered, unsigned offered_size, void*) {
        static constexpr std::string_view with_http2{"\x02h2\x08http/1.1"};
        static constexpr std::string_view without_http2{"\x08http/1.1"};
        const auto* const stream = static_cast<const TlsStream*>(SSL_get_app_data(ssl));
        const auto ours = stream->context_->options().offers_http2 ? with_http2 : without_http2;
        unsigned char* match = nullptr;
        const int found = SSL_select_next_proto(
            &match, chosen_size, reinterpret_cast<const unsigned char*>(ours.data()),
            static_cast<unsigned>(ours.size()), offered, offered_size);
        *chosen = match;
        return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
    }
};

void install_callbacks(ssl_ctx_st* context) {
    SSL_CTX_set_client_hello_cb(context, Callbacks::choose_host, nullptr);
    SSL_CTX_set_alpn_select_cb(context, Callbacks::choose_protocol, nullptr);
    take_client_certificates(context);
}

}  // namespace rhumb::tls
