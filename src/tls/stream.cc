#include "tls/stream.h"

#include <algorithm>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "crypto/errors.h"

namespace rhumb::tls {

namespace {

constexpr std::size_t record_size_max = SSL3_RT_MAX_PLAIN_LENGTH;

}  // namespace

TlsStream::TlsStream(std::shared_ptr<const ServerContext> context,
                     std::unique_ptr<net::Socket> socket, std::string early)
    : context_{std::move(context)},
      socket_{std::move(socket)},
      bio_{socket_->fd(), std::move(early)},
      ssl_{SSL_new(context_->base()), SSL_free} {}

TlsStream::~TlsStream() = default;

Result<std::unique_ptr<TlsStream>> TlsStream::make(std::shared_ptr<const ServerContext> context,
                                                   std::unique_ptr<net::Socket> socket,
                                                   std::string early) {
    std::unique_ptr<TlsStream> stream{
        new TlsStream{std::move(context), std::move(socket), std::move(early)}};
    auto* const ssl = stream->ssl_.get();
    auto* const bio = stream->bio_.bio();
    if (ssl == nullptr || bio == nullptr || SSL_set_app_data(ssl, stream.get()) != 1 ||
        BIO_up_ref(bio) != 1)
        return crypto::openssl_failed(ErrorKind::internal, "beginning TLS");
    SSL_set_bio(ssl, bio, bio);  // takes the one reference over, for both directions
    SSL_set_accept_state(ssl);
    return stream;
}

namespace {

/// What a call that did not succeed came to.
net::Tried to_tried(SSL* ssl, int outcome) {
    switch (SSL_get_error(ssl, outcome)) {
        case SSL_ERROR_WANT_READ: return net::Tried::would_read;
        case SSL_ERROR_WANT_WRITE: return net::Tried::would_write;
        case SSL_ERROR_ZERO_RETURN: return net::Tried::closed;
        default: return net::Tried::failed;
    }
}

}  // namespace

net::Task<void> TlsStream::handshake() {
    CO_TRY_DONE(co_await shake());
    bio_.end_handshake();
    owes_ticket_ = SSL_version(ssl_.get()) == TLS1_3_VERSION;
    co_return Result<void>{};
}

net::Task<void> TlsStream::shake() {
    for (;;) {
        ERR_clear_error();
        const int outcome = SSL_do_handshake(ssl_.get());
        if (outcome == 1) co_return Result<void>{};
        const auto tried = to_tried(ssl_.get(), outcome);
        if (tried != net::Tried::would_read && tried != net::Tried::would_write) {
            is_broken_ = true;
            co_return tl::unexpected(handshake_error(outcome));
        }
        CO_TRY_DONE(co_await wait_for(tried));
    }
}

/// For what a try could not go on without.
net::Task<void> TlsStream::wait_for(net::Tried tried) {
    return socket_->wait(tried == net::Tried::would_read ? net::Readiness::readable
                                                         : net::Readiness::writable);
}

Error TlsStream::handshake_error(int outcome) const {
    if (is_name_unknown_)
        return {ErrorKind::denied,
                fmt::format("no certificate for «{}»",
                            server_name_.empty() ? "(no name sent)" : server_name_)};
    if (SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_SYSCALL && ERR_peek_error() == 0)
        return {ErrorKind::unavailable, "the client went away during the handshake"};
    return {ErrorKind::invalid, crypto::take_openssl_reasons()};
}

net::Progress TlsStream::try_read(std::span<char> into) {
    if (!held_.empty()) {
        const auto held = std::min(held_.size(), into.size());
        std::copy_n(held_.begin(), held, into.begin());
        held_.erase(0, held);
        return {net::Tried::done, held};
    }
    ERR_clear_error();
    std::size_t count = 0;
    const int outcome = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    may_hold_bytes_ = outcome == 1;
    if (outcome == 1) return {net::Tried::done, count};
    const auto tried = to_tried(ssl_.get(), outcome);
    is_broken_ = is_broken_ || tried == net::Tried::failed;
    has_peer_finished_ = tried == net::Tried::closed;
    return {tried, 0};
}

void TlsStream::promise_ticket() {
    owes_ticket_ = false;
    if (SSL_new_session_ticket(ssl_.get()) == 1) bio_.hold_next();
}

net::Progress TlsStream::try_write(std::string_view bytes) {
    ERR_clear_error();
    if (owes_ticket_) promise_ticket();
    bio_.set_more(bytes.size() > record_size_max);
    std::size_t count = 0;
    const int outcome = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
    if (outcome == 1) return {net::Tried::done, count};
    const auto tried = to_tried(ssl_.get(), outcome);
    is_broken_ = is_broken_ || tried == net::Tried::failed;
    return {tried, 0};
}

namespace {

net::Task<void> at_once() { co_return Result<void>{}; }

}  // namespace

net::Task<void> TlsStream::wait(net::Readiness readiness) {
    // Not a coroutine itself: one frame less for every connection that waits.
    const bool has_bytes =
        readiness == net::Readiness::readable &&
        (!held_.empty() ||
         (may_hold_bytes_ && (bio_.has_bytes() || SSL_has_pending(ssl_.get()) == 1)));
    return has_bytes ? at_once() : socket_->wait(readiness);
}

net::Sure<void> TlsStream::close() {
    if (!is_broken_) {
        // RFC 8446 section 6.1: close_notify, so that the client can tell the end from a cut.
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
    }
    // Who has said goodbye itself waits for nothing more.
    if (!has_peer_finished_) co_await socket_->finish();
}

bool TlsStream::is_http2() const {
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &protocol, &size);
    return size == 2 && protocol[0] == 'h' && protocol[1] == '2';
}

std::string_view TlsStream::version() const { return SSL_get_version(ssl_.get()); }

std::string_view TlsStream::cipher() const { return SSL_get_cipher_name(ssl_.get()); }

std::string_view TlsStream::group() const {
    const auto id = SSL_get_negotiated_group(ssl_.get());
    const char* const name =
        id == 0 ? nullptr : SSL_group_to_name(ssl_.get(), static_cast<int>(id));
    return name == nullptr ? "" : name;
}

bool TlsStream::is_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

std::vector<std::string> TlsStream::client_certificates() const {
    return shown_by_client(ssl_.get());
}

bool TlsStream::can_ask_for_certificate() const {
    return !asked_names_ && answers_later_ && SSL_version(ssl_.get()) == TLS1_3_VERSION &&
           !is_http2();
}

namespace {

/// Sees the client's Finished, with which its answer ends (RFC 8446 section 4.6.2).
void note_finished(int is_written, int, int kind, const void* bytes, std::size_t size, SSL*,
                   void* argument) {
    const bool is_finished = is_written == 0 && kind == SSL3_RT_HANDSHAKE && size > 0 &&
                             *static_cast<const unsigned char*>(bytes) == SSL3_MT_FINISHED;
    if (is_finished) *static_cast<bool*>(argument) = true;
}

}  // namespace

net::Task<void> TlsStream::ask_for_certificate(const AuthorityNames& names) {
    ERR_clear_error();
    if (SSL_version(ssl_.get()) != TLS1_3_VERSION || is_http2())
        co_return fail(ErrorKind::unavailable,
                       "only over TLS 1.3 and HTTP/1.1 a client can be asked for a certificate "
                       "after the handshake");
    if (!ask_client(ssl_.get(), names) || SSL_verify_client_post_handshake(ssl_.get()) != 1)
        co_return fail(ErrorKind::unavailable,
                       "the client is none that shows certificates after the handshake: {}",
                       crypto::take_openssl_reasons());
    has_answered_ = false;
    SSL_set_msg_callback(ssl_.get(), note_finished);
    SSL_set_msg_callback_arg(ssl_.get(), &has_answered_);
    auto answered = co_await shake();
    if (answered) answered = co_await hold_until_answered();
    SSL_set_msg_callback(ssl_.get(), nullptr);
    co_return answered;
}

net::Task<void> TlsStream::hold_until_answered() {
    std::vector<char> piece(record_size_max);
    for (;;) {
        ERR_clear_error();
        std::size_t count = 0;
        const int outcome = SSL_read_ex(ssl_.get(), piece.data(), piece.size(), &count);
        may_hold_bytes_ = outcome == 1;
        if (outcome == 1) {
            held_.append(piece.data(), count);
        } else {
            const auto tried = to_tried(ssl_.get(), outcome);
            is_broken_ = is_broken_ || tried == net::Tried::failed;
            has_peer_finished_ = tried == net::Tried::closed;
            if (is_broken_ || has_peer_finished_)
                co_return fail(ErrorKind::unavailable,
                               "the client went away when it was asked for a certificate");
            if (!has_answered_) {
                CO_TRY_DONE(co_await wait_for(tried));
            }
        }
        if (has_answered_) co_return Result<void>{};
        if (held_.size() > post_handshake_bytes_max)
            co_return fail(ErrorKind::unavailable,
                           "the client sent much and did not answer when it was asked for a "
                           "certificate");
    }
}

}  // namespace rhumb::tls
