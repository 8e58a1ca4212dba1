#pragma once
/// What OpenSSL asks us during a handshake. Inside this module only.

struct ssl_ctx_st;

namespace rhumb::tls {

/// Has `context` choose the certificate by the client's hello, and the protocol by ALPN. Its
/// connections carry their TlsStream as application data.
void install_callbacks(ssl_ctx_st* context);

}  // namespace rhumb::tls
