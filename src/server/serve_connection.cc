#include "server/serve_connection.h"

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

http::Channel secure_channel(const net::Accepted& accepted, const tls::TlsStream& stream) {
    auto channel = plain_channel(accepted);
    channel.is_secure = true;
    channel.server_name = stream.server_name();
    channel.tls_version = stream.version();
    channel.tls_cipher = stream.cipher();
    channel.tls_group = stream.group();
    return channel;
}

/// A connection that is ready for HTTP, with all that it refers to. On the heap, so that what waits
/// for years is small.
struct Session {
    Session(LoopContext& context, std::shared_ptr<const BindingSettings> its_settings,
            http::Application& application, std::unique_ptr<net::Stream> its_stream,
            http::Channel its_channel, bool with_http2)
        : settings{std::move(its_settings)},
          stream{std::move(its_stream)},
          channel{std::move(its_channel)},
          connection{
              *stream,       channel,          settings->limits, application, context.is_draining,
              context.clock, context.date_text},
          entry{context.connections, connection},
          is_http2{with_http2} {}

    const std::shared_ptr<const BindingSettings> settings;
    const std::unique_ptr<net::Stream> stream;
    const http::Channel channel;
    http::Connection connection;
    const Connections::Entry entry;
    const bool is_http2;
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
    co_return std::make_unique<Session>(context, std::move(settings), *binding.application,
                                        std::move(*stream), std::move(channel), is_http2);
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
