#include "ldap/transport.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <poll.h>

#include "net/resolve.h"

namespace rhumb::ldap {

namespace {

using std::chrono::steady_clock;

std::chrono::milliseconds left_until(Deadline deadline) {
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()),
                    std::chrono::milliseconds{0});
}

Failure to_failure(const Server& server, const net::NotConnected& not_connected) {
    const auto url = server.to_string();
    switch (not_connected.fault) {
        case net::DialFault::refused:
            return {
                .fault = Fault::connect,
                .message = fmt::format("{}: nobody listens there ({})", url, not_connected.reason)};
        case net::DialFault::timed_out:
            return {.fault = Fault::time,
                    .message = fmt::format("{}: nobody answers there in time", url)};
        default:
            return {
                .fault = Fault::connect,
                .message = fmt::format("{}: no way leads there ({})", url, not_connected.reason)};
    }
}

Fault to_fault(tls::ClientFault fault) {
    switch (fault) {
        case tls::ClientFault::roots: return Fault::roots;
        case tls::ClientFault::untrusted: return Fault::untrusted;
        case tls::ClientFault::handshake: return Fault::tls;
        case tls::ClientFault::gone: return Fault::gone;
        case tls::ClientFault::silent: return Fault::time;
    }
    return Fault::tls;
}

}  // namespace

Transport::Transport(net::Dialed connection, std::string address, Server server)
    : connection_{std::move(connection)},
      address_{std::move(address)},
      server_{std::move(server)} {}

Answer<std::unique_ptr<Transport>> Transport::connect(const Server& server, Deadline deadline) {
    const auto addresses = net::resolve(server.host, server.port, deadline);
    if (!addresses)
        return tl::unexpected(Failure{
            .fault = Fault::name,
            .message = fmt::format("{}: {}", server.to_string(), addresses.error().message)});
    Failure last;
    for (std::size_t i = 0; i < addresses->size(); ++i) {
        // Each address its share of the time, so that a silent one does not use up all of it.
        const auto share = left_until(deadline) / (addresses->size() - i);
        auto dialed = net::dial((*addresses)[i], share);
        if (dialed) {
            std::unique_ptr<Transport> transport{
                new Transport{*std::move(dialed), (*addresses)[i].to_string(), server}};
            transport->deadline_ = deadline;
            transport->connection_.set_deadline(deadline);
            return transport;
        }
        last = to_failure(server, dialed.error());
    }
    return tl::unexpected(std::move(last));
}

Answer<void> Transport::secure(const std::string& roots_file) {
    auto client =
        tls::Client::shake_hands(connection_, {.host = server_.host, .roots_file = roots_file});
    if (!client) {
        failure_ =
            Failure{.fault = to_fault(client.error().fault),
                    .message = fmt::format("{}: {}", server_.to_string(), client.error().message)};
        return tl::unexpected(*failure_);
    }
    tls_ = *std::move(client);
    unread_ = {};  // what came before TLS in the same breath counts for nothing
    return {};
}

void Transport::allow(Deadline deadline, std::size_t bytes_max) {
    deadline_ = deadline;
    bytes_left_ = bytes_max;
    connection_.set_deadline(deadline);
}

void Transport::fail_by(const Error& error) {
    if (failure_) return;
    const bool is_silent = error.message.starts_with(net::silent_text);
    failure_ = Failure{.fault = is_silent ? Fault::time : Fault::gone,
                       .message = fmt::format("{}: {}", server_.to_string(), error.message)};
}

bool Transport::send(std::string_view bytes) {
    if (failure_) return false;
    const auto sent = tls_ ? tls_->send_all(bytes) : connection_.send_all(bytes);
    if (!sent) fail_by(sent.error());
    return sent.has_value();
}

std::ptrdiff_t Transport::receive(std::span<char> into) {
    if (failure_) return -1;
    if (unread_.empty()) {
        const auto got = tls_ ? tls_->receive(buffer_) : connection_.receive(buffer_);
        if (!got) {
            fail_by(got.error());
            return -1;
        }
        if (got->empty()) {
            failure_ = Failure{.fault = Fault::gone,
                               .message = fmt::format("{}: the directory ended the connection",
                                                      server_.to_string())};
            return 0;
        }
        if (got->size() > bytes_left_ || steady_clock::now() > deadline_) {
            const bool is_late = got->size() <= bytes_left_;
            failure_ = Failure{
                .fault = is_late ? Fault::time : Fault::too_large,
                .message = fmt::format("{}: {}", server_.to_string(),
                                       is_late ? "no end of the answer in time"
                                               : "the answer is larger than any that makes sense")};
            return -1;
        }
        bytes_left_ -= got->size();
        unread_ = *got;
    }
    const auto count = std::min(into.size(), unread_.size());
    std::memcpy(into.data(), unread_.data(), count);
    unread_.remove_prefix(count);
    return static_cast<std::ptrdiff_t>(count);
}

bool Transport::has_pending() const { return !unread_.empty() || (tls_ && tls_->has_pending()); }

bool Transport::is_quiet() const {
    if (failure_ || has_pending()) return false;
    pollfd one{connection_.fd(), POLLIN, 0};
    return ::poll(&one, 1, 0) == 0;
}

void Transport::part() {
    connection_.set_deadline(steady_clock::now());
    if (tls_ && !failure_) tls_->part();
}

}  // namespace rhumb::ldap
