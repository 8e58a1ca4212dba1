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

    std::shared_ptr<const ServerContext> context_;
    std::unique_ptr<net::Socket> socket_;
    SocketBio bio_;
    std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
    std::string server_name_;
    bool may_hold_bytes_ =
        true;  // since the last read, OpenSSL may hold bytes that the socket does not show
    bool owes_ticket_ = false;  // a session ticket goes out with the first bytes
    bool is_name_unknown_ = false;
    bool has_peer_finished_ = false;
    bool is_broken_ = false;  // no close_notify may be sent
};

}  // namespace rhumb::tls
