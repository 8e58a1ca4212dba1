#include "server/serve_connection.h"

#include <optional>

#include "base/text.h"
#include "crypto/hash.h"
#include "net/socket.h"
#include "tls/stream.h"

namespace rhumb::server {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// A ClientHello is smaller, usually; what comes after that is read later.
constexpr std::size_t first_read_size = 2048;

/// Letters begin a request in clear; a TLS record begins with 0x16.
bool looks_like_http(char first) {
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
}

http::Channel plain_channel(const net::Accepted& accepted) {
    http::Channel channel;
    channel.local = accepted.local;
    channel.remote = accepted.remote;
    return channel;
}

using CertificatePointer = std::shared_ptr<const http::ClientCertificate>;

/// Null when the client has shown none.
CertificatePointer certificate_of(const tls::TlsStream& stream) {
    auto shown = stream.client_certificates();
    if (shown.empty()) return nullptr;
    auto certificate = std::make_shared<http::ClientCertificate>();
    certificate->digest = crypto::sha256(text::join(shown, "")).value_or("");
    // Without a digest nobody could tell it from others.
    if (certificate->digest.empty()) return nullptr;
    certificate->leaf = std::move(shown.front());
    shown.erase(shown.begin());
    certificate->others = std::move(shown);
    return certificate;
}

/// Asks the client of a connection that did not ask in its handshake, once.
class LateAsker final : public http::CertificateAsker {
public:
    LateAsker(tls::TlsStream& stream, std::chrono::milliseconds limit)
        : stream_{stream}, limit_{limit} {}

    net::Task<CertificatePointer> ask() override {
        if (!answer_) {
            stream_.set_deadline(SteadyClock::now() + limit_);
            // Who answers now is a program, and has one certificate to show or none.
            const auto asked = co_await stream_.ask_for_certificate({});
            if (asked)
                answer_ = certificate_of(stream_);
            else
                answer_ = tl::unexpected(asked.error());
        }
        co_return *answer_;
    }

private:
    tls::TlsStream& stream_;
    std::chrono::milliseconds limit_;
    std::optional<Result<CertificatePointer>> answer_;
};

http::Channel secure_channel(const net::Accepted& accepted, const tls::TlsStream& stream) {
    auto channel = plain_channel(accepted);
    channel.is_secure = true;
    channel.server_name = stream.server_name();
    channel.tls_version = stream.version();
    channel.tls_cipher = stream.cipher();
    channel.tls_group = stream.group();
    channel.was_asked_for_certificate = stream.asks_for_certificate();
    channel.client_certificate = certificate_of(stream);
    return channel;
}

/// A connection that is ready for HTTP, with all that it refers to. On the heap, so that what waits
/// for years is small.
struct Session {
    Session(LoopContext& context, std::shared_ptr<const BindingSettings> its_settings,
            http::Application& application, std::unique_ptr<net::Stream> its_stream,
            http::Channel its_channel, bool with_http2, std::unique_ptr<LateAsker> its_asker = {})
        : settings{std::move(its_settings)},
          stream{std::move(its_stream)},
          asker{std::move(its_asker)},
          channel{with(std::move(its_channel), asker.get())},
          connection{
              *stream,       channel,          settings->limits, application, context.is_draining,
              context.clock, context.date_text},
          entry{context.connections, connection},
          is_http2{with_http2} {}

    const std::shared_ptr<const BindingSettings> settings;
    const std::unique_ptr<net::Stream> stream;
    const std::unique_ptr<LateAsker> asker;
    const http::Channel channel;
    http::Connection connection;
    const Connections::Entry entry;
    const bool is_http2;

private:
    static http::Channel with(http::Channel channel, http::CertificateAsker* asker) {
        channel.certificate_asker = asker;
        return channel;
    }
};
using SessionPointer = std::unique_ptr<Session>;

/// Null when the handshake fails.
net::Sure<SessionPointer> begin_tls(LoopContext& context, const Binding& binding,
                                    std::shared_ptr<const BindingSettings> settings,
                                    const net::Accepted& accepted,
                                    std::unique_ptr<net::Socket> socket, std::string early) {
    auto stream = tls::TlsStream::make(settings->tls, std::move(socket), std::move(early));
    if (!stream) {
        context.log.error("tls", "{}", stream.error().message);
        co_return nullptr;
    }
    if (const auto shaken = co_await (*stream)->handshake(); !shaken) {
        context.log.debug("tls", "{} on {}: {}", accepted.remote.to_string(),
                          binding.endpoint.to_string(), shaken.error().message);
        co_return nullptr;
    }
    const bool is_http2 = (*stream)->is_http2();
    auto channel = secure_channel(accepted, **stream);
    std::unique_ptr<LateAsker> asker;
    if ((*stream)->can_ask_for_certificate())
        asker = std::make_unique<LateAsker>(**stream, settings->handshake_timeout);
    co_return std::make_unique<Session>(context, std::move(settings), *binding.application,
                                        std::move(*stream), std::move(channel), is_http2,
                                        std::move(asker));
}

/// From the accepted descriptor to HTTP; null when it does not come to that.
net::Sure<SessionPointer> begin(LoopContext& context, const Binding& binding,
                                net::Accepted accepted) {
    auto settings = binding.settings.get();
    auto socket = std::make_unique<net::Socket>(context.loop, accepted.fd);
    http::Application* application = binding.application.get();
    std::string early;
    if (settings->tls) {
        socket->set_deadline(SteadyClock::now() + settings->handshake_timeout);
        early = co_await socket->read_first(first_read_size);
        if (early.empty()) co_return nullptr;
        if (!looks_like_http(early.front()))
            co_return co_await begin_tls(context, binding, std::move(settings), accepted,
                                         std::move(socket), std::move(early));
    }
    auto stream = std::make_unique<net::PlainStream>(std::move(socket), std::move(early));
    co_return std::make_unique<Session>(context, std::move(settings), *application,
                                        std::move(stream), plain_channel(accepted), false);
}

/// One more connection for as long as this lives.
class Counted {
public:
    explicit Counted(std::atomic<std::size_t>& total) : total_{total} {
        total_.fetch_add(1, std::memory_order_relaxed);
    }
    ~Counted() { total_.fetch_sub(1, std::memory_order_relaxed); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    std::atomic<std::size_t>& total_;
};

}  // namespace

net::Sure<void> serve_connection(LoopContext& context, std::shared_ptr<const Binding> binding,
                                 std::unique_ptr<net::Accepted> accepted) {
    const Counted counted{context.connections.total()};
    try {
        const auto session = co_await begin(context, *binding, std::move(*accepted));
        accepted.reset();  // the session has what it needs of it
        if (session) co_await http::serve(session->connection, session->is_http2);
    } catch (const std::exception& thrown) {
        context.log.error("server", "a connection on {} ended by a fault of ours: {}",
                          binding->endpoint.to_string(), thrown.what());
    }
}

}  // namespace rhumb::server
