#include "tls/client_certificates.h"

#include <numeric>
#include <optional>
#include <string_view>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "base/handle.h"
#include "crypto/errors.h"
#include "tls/stream.h"

namespace rhumb::tls {

namespace {

using NamesHandle = Handle<STACK_OF(X509_NAME), [](STACK_OF(X509_NAME) * names) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
}>;

/// Says yes to every chain: that the client has the key is proven by the handshake, and all else is
/// judged later.
int take_any(X509_STORE_CTX* store, void*) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

std::string to_der(const X509* certificate) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate, &bytes);
    if (size <= 0) return {};
    std::string der{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    return der;
}

/// The certificates beside the leaf, one after the other.
std::string others_of(ssl_st* ssl) {
    std::string all;
    const auto* const chain = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i)
        all += to_der(sk_X509_value(chain, i));
    return all;
}

// A ticket has the leaf by itself, as OpenSSL makes it. Beside it we put the name that the client
// came for (what was shown to one site is nothing to another) and the rest of the chain: one byte
// with the length of the name, the name, the certificates.

/// Nothing when there is no such thing in the session.
std::optional<std::string_view> noted_in(SSL_SESSION* session) {
    void* bytes = nullptr;
    std::size_t size = 0;
    if (session == nullptr || SSL_SESSION_get0_ticket_appdata(session, &bytes, &size) != 1 ||
        bytes == nullptr || size == 0)
        return std::nullopt;
    const std::string_view noted{static_cast<const char*>(bytes), size};
    if (static_cast<unsigned char>(noted.front()) + std::size_t{1} > size) return std::nullopt;
    return noted;
}

std::string_view name_in(std::string_view noted) {
    return noted.substr(1, static_cast<unsigned char>(noted.front()));
}

std::string_view others_in(std::string_view noted) {
    return noted.substr(static_cast<unsigned char>(noted.front()) + std::size_t{1});
}

const TlsStream& stream_of(ssl_st* ssl) {
    return *static_cast<const TlsStream*>(SSL_get_app_data(ssl));
}

int note_in_ticket(SSL* ssl, void*) {
    auto* const session = SSL_get_session(ssl);
    // A session that was taken up again has its note already, and no chain to make it of.
    if (SSL_get0_peer_certificate(ssl) == nullptr || noted_in(session)) return 1;
    const auto& name = stream_of(ssl).server_name();
    std::string note(1, static_cast<char>(name.size()));
    note += name;
    note += others_of(ssl);
    return SSL_SESSION_set1_ticket_appdata(session, note.data(), note.size());
}

/// Whether a session may be taken up again. One without a certificate may not where certificates
/// are wanted: within a resumed handshake nobody can be asked (RFC 8446 section 4.3.2).
bool may_resume(SSL* ssl, SSL_SESSION* session) {
    const auto& stream = stream_of(ssl);
    if (SSL_SESSION_get0_peer(session) == nullptr) return !stream.asks_for_certificate();
    const auto noted = noted_in(session);
    return noted && name_in(*noted) == stream.server_name();
}

SSL_TICKET_RETURN weigh_ticket(SSL* ssl, SSL_SESSION* session, const unsigned char*, std::size_t,
                               SSL_TICKET_STATUS status, void*) {
    switch (status) {
        case SSL_TICKET_SUCCESS:
            return may_resume(ssl, session) ? SSL_TICKET_RETURN_USE
                                            : SSL_TICKET_RETURN_IGNORE_RENEW;
        case SSL_TICKET_SUCCESS_RENEW:
            return may_resume(ssl, session) ? SSL_TICKET_RETURN_USE_RENEW
                                            : SSL_TICKET_RETURN_IGNORE_RENEW;
        case SSL_TICKET_EMPTY:
        case SSL_TICKET_NO_DECRYPT: return SSL_TICKET_RETURN_IGNORE_RENEW;
        default: return SSL_TICKET_RETURN_ABORT;
    }
}

}  // namespace

void take_client_certificates(ssl_ctx_st* context) {
    SSL_CTX_set_cert_verify_callback(context, take_any, nullptr);
    SSL_CTX_set_max_cert_list(context, static_cast<long>(client_chain_bytes_max));
    SSL_CTX_set_session_ticket_cb(context, note_in_ticket, weigh_ticket, nullptr);
}

bool ask_client(ssl_st* ssl, const AuthorityNames& names) {
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
    const auto size =
        std::accumulate(names.begin(), names.end(), std::size_t{0},
                        [](std::size_t sum, const std::string& one) { return sum + one.size(); });
    if (size > authority_names_bytes_max) return true;
    NamesHandle list{sk_X509_NAME_new_null()};
    if (!list) return false;
    for (const auto& name : names) {
        const auto* at = reinterpret_cast<const unsigned char*>(name.data());
        auto* const read = d2i_X509_NAME(nullptr, &at, static_cast<long>(name.size()));
        if (read == nullptr) {
            crypto::take_openssl_reasons();
        } else if (sk_X509_NAME_push(list.get(), read) <= 0) {
            X509_NAME_free(read);
            return false;
        }
    }
    SSL_set_client_CA_list(ssl, list.release());
    return true;
}

std::vector<std::string> shown_by_client(ssl_st* ssl) {
    std::vector<std::string> shown;
    const auto* const leaf = SSL_get0_peer_certificate(ssl);
    if (leaf == nullptr) return shown;
    shown.push_back(to_der(leaf));
    const auto noted = noted_in(SSL_get_session(ssl));
    const auto others =
        noted && SSL_session_reused(ssl) == 1 ? std::string{others_in(*noted)} : others_of(ssl);
    const auto* at = reinterpret_cast<const unsigned char*>(others.data());
    const auto* const end = at + others.size();
    while (at != end) {
        const auto* const begin = at;
        long size = 0;
        int tag = 0;
        int kind = 0;
        // Each is one value in DER: its head says how long it is.
        if ((ASN1_get_object(&at, &size, &tag, &kind, end - at) & 0x80) != 0) break;
        at += size;
        shown.emplace_back(reinterpret_cast<const char*>(begin),
                           static_cast<std::size_t>(at - begin));
    }
    crypto::take_openssl_reasons();
    return shown;
}

}  // namespace rhumb::tls
