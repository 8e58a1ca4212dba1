#pragma once
/// TlsStream: a connection over TLS, server side. OpenSSL writes to the socket itself (SocketBio);
/// nothing is buffered while idle.

#include <memory>
#include <string>

#include "net/socket.h"
#include "net/stream.h"
#include "tls/server_context.h"
#include "tls/socket_bio.h"

namespace rhumb::tls {

class TlsStream final : public net::Stream {
public:
    /// `early`: what was read from the socket already.
    static Result<std::unique_ptr<TlsStream>> make(std::shared_ptr<const ServerContext> context,
                                                   std::unique_ptr<net::Socket> socket,
                                                   std::string early = {});
    ~TlsStream() override;

    /// To be awaited once, before all else. `unavailable` when the client went away or took too
    /// long, `denied` when there is no certificate for the name, `invalid` when the two sides do
    /// not come together; the message says why.
    net::Task<void> handshake();

    // After the handshake:
    const std::string& server_name() const {
        return server_name_;
    }  ///< lower case, "" when none was sent
    bool is_http2() const;
    std::string_view version() const;  ///< "TLSv1.3"
    std::string_view cipher() const;
    std::string_view group() const;
    bool is_resumed() const;

    /// True when the handshake asked the client for a certificate.
    bool asks_for_certificate() const { return asked_names_ != nullptr; }
    /// What the client has shown in answer, in DER, the leaf first; empty: nothing. That it has the
    /// key is proven, and nothing else.
    std::vector<std::string> client_certificates() const;
    /// True when the handshake has not asked, and ask_for_certificate() may succeed.
    bool can_ask_for_certificate() const;
    /// Asks now, on an open connection, between two reads; what the client sends meanwhile is kept
    /// for the next ones, up to post_handshake_bytes_max. `unavailable` when that cannot be done:
    /// only TLS 1.3 can, not with HTTP/2 (RFC 8740), and only with clients that said they would
    /// answer (RFC 8446 section 4.6.2); or when no answer comes before the deadline.
    net::Task<void> ask_for_certificate(const AuthorityNames& names);
    static constexpr std::size_t post_handshake_bytes_max = 256U << 10U;

    net::Progress try_read(std::span<char> into) override;
    net::Progress try_write(std::string_view bytes) override;
    net::Task<void> wait(net::Readiness readiness) override;
    void wake() override { socket_->wake(); }
    void set_deadline(net::SteadyTime deadline) override { socket_->set_deadline(deadline); }
    net::Sure<void> close() override;

private:
    friend struct Callbacks;
    TlsStream(std::shared_ptr<const ServerContext> context, std::unique_ptr<net::Socket> socket,
              std::string early);
    void promise_ticket();
    Error handshake_error(int outcome) const;
    net::Task<void> shake();
    net::Task<void> wait_for(net::Tried tried);
    net::Task<void> hold_until_answered();

    std::shared_ptr<const ServerContext> context_;
    std::unique_ptr<net::Socket> socket_;
    SocketBio bio_;
    std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
    std::string server_name_;
    std::shared_ptr<const AuthorityNames> asked_names_;
    std::string held_;  // came while the client was asked for a certificate
    bool may_hold_bytes_ =
        true;  // since the last read, OpenSSL may hold bytes that the socket does not show
    bool owes_ticket_ = false;  // a session ticket goes out with the first bytes
    bool is_name_unknown_ = false;
    bool has_peer_finished_ = false;
    bool answers_later_ = false;  // the client, to being asked after the handshake
    bool has_answered_ = false;   // the client, asked after the handshake
    bool is_broken_ = false;      // no close_notify may be sent
};

}  // namespace rhumb::tls
