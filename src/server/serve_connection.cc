#include "server/serve_connection.h"

#include "net/socket.h"
#include "server/plain_http.h"
#include "tls/stream.h"

namespace rhumb::server {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Letters begin a request in clear; a TLS record begins with 0x16.
bool looks_like_http(char first) { return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z'); }

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

/// HTTP on a stream that is ready.
net::Sure<void> serve_http(LoopContext& context, const http::Limits& limits, http::Application& application,
                           std::unique_ptr<net::Stream> stream, http::Channel channel, bool is_http2) {
    http::Connection connection{*stream, channel, limits, application, context.is_draining, context.clock, context.date_text};
    const Connections::Entry entry{context.connections, connection};
    co_await http::serve(connection, is_http2);
}

net::Sure<void> serve_tls(LoopContext& context, const Binding& binding, const BindingSettings& settings,
                          const net::Accepted& accepted, std::unique_ptr<net::Socket> socket) {
    auto stream = tls::TlsStream::make(settings.tls, std::move(socket));
    if (!stream) {
        context.log.error("tls", "{}", stream.error().message);
        co_return;
    }
    if (const auto shaken = co_await (*stream)->handshake(); !shaken) {
        context.log.debug("tls", "{} on {}: {}", accepted.remote.to_string(), binding.endpoint.to_string(),
                          shaken.error().message);
        co_return;
    }
    const bool is_http2 = (*stream)->is_http2();
    auto channel = secure_channel(accepted, **stream);
    std::unique_ptr<net::Stream> secure = std::move(*stream);
    co_await serve_http(context, settings.limits, *binding.application, std::move(secure), std::move(channel), is_http2);
}

net::Sure<void> serve_accepted(LoopContext& context, const Binding& binding, const net::Accepted& accepted) {
    const auto settings = binding.settings.get();
    auto socket = std::make_unique<net::Socket>(context.loop, accepted.fd);
    if (settings->tls) {
        socket->set_deadline(SteadyClock::now() + settings->handshake_timeout);
        const auto first = co_await socket->peek();
        if (!first) co_return;
        if (!looks_like_http(*first)) {
            co_await serve_tls(context, binding, *settings, accepted, std::move(socket));
            co_return;
        }
        PlainHttpOnHttpsPort refusal;
        auto plain = std::make_unique<net::PlainStream>(std::move(socket));
        co_await serve_http(context, settings->limits, refusal, std::move(plain), plain_channel(accepted), false);
        co_return;
    }
    auto plain = std::make_unique<net::PlainStream>(std::move(socket));
    co_await serve_http(context, settings->limits, *binding.application, std::move(plain), plain_channel(accepted), false);
}

/// One more connection for as long as this lives.
class Counted {
public:
    explicit Counted(std::atomic<std::size_t>& total) : total_{total} { total_.fetch_add(1, std::memory_order_relaxed); }
    ~Counted() { total_.fetch_sub(1, std::memory_order_relaxed); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    std::atomic<std::size_t>& total_;
};

}  // namespace

net::Sure<void> serve_connection(LoopContext& context, std::shared_ptr<const Binding> binding, net::Accepted accepted) {
    const Counted counted{context.connections.total()};
    try {
        co_await serve_accepted(context, *binding, accepted);
    } catch (const std::exception& thrown) {
        context.log.error("server", "a connection from {} ended by a fault of ours: {}", accepted.remote.to_string(), thrown.what());
    }
}

}  // namespace rhumb::server
