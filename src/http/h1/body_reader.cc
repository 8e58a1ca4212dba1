#include "http/h1/body_reader.h"

#include <algorithm>

namespace rhumb::http::h1 {

namespace {
constexpr std::size_t piece_size = 16 * 1024;
constexpr std::size_t drained_bytes_max = 64 * 1024;
}  // namespace

tl::unexpected<Error> BodyReader::refuse(Refusal refusal) {
    refusal_ = refusal;
    const auto kind = refusal.status == 413 ? ErrorKind::too_large : ErrorKind::invalid;
    return fail(kind, "{}", refusal.why);
}

net::Task<void> BodyReader::fill() {
    if (framing_.expects_continue && !has_continued_) {
        has_continued_ = true;
        CO_TRY_DONE(co_await net::write_all(connection_.stream, "HTTP/1.1 100 Continue\r\n\r\n"));
    }
    connection_.stream.set_deadline(std::chrono::steady_clock::now() +
                                    connection_.limits.body_timeout);
    CO_TRY(const auto count, co_await net::read_some(connection_.stream, buffer_.room(piece_size)));
    if (count == 0) co_return fail(ErrorKind::unavailable, "the client went away within the body");
    buffer_.added(count);
    co_return Result<void>{};
}

net::Task<std::string_view> BodyReader::read() {
    release();
    if (refusal_) co_return refuse(*refusal_);
    if (!framing_.is_chunked && framing_.content_length > connection_.limits.body_bytes_max)
        co_return refuse({413, "the request's body is larger than this server takes"});
    if (framing_.is_chunked) co_return co_await read_chunked();
    co_return co_await read_counted();
}

net::Task<std::string_view> BodyReader::read_counted() {
    if (left_ == 0) co_return std::string_view{};
    if (buffer_.is_empty()) CO_TRY_DONE(co_await fill());
    const auto bytes = buffer_.bytes();
    lent_ = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    left_ -= lent_;
    co_return bytes.substr(0, lent_);
}

net::Task<std::string_view> BodyReader::read_chunked() {
    while (!is_end_) {
        const auto step = chunks_.next(buffer_.bytes());
        if (step.refusal) co_return refuse(*step.refusal);
        is_end_ = step.is_end;
        read_ += step.piece.size();
        if (read_ > connection_.limits.body_bytes_max)
            co_return refuse({413, "the request's body is larger than this server takes"});
        if (!step.piece.empty()) {
            lent_ = step.used;
            co_return step.piece;
        }
        if (step.used > 0)
            buffer_.used(step.used);
        else if (!is_end_)
            CO_TRY_DONE(co_await fill());
    }
    co_return std::string_view{};
}

net::Sure<bool> BodyReader::drain() {
    // Who waits for 100 Continue and got a final answer may send the body or not: the connection
    // cannot be kept.
    if (framing_.expects_continue && !has_continued_ && !is_at_end()) co_return false;
    std::size_t drained = 0;
    while (!is_at_end()) {
        if (!framing_.is_chunked && left_ > drained_bytes_max) co_return false;
        const auto piece = co_await read();
        if (!piece) co_return false;
        drained += piece->size();
        if (drained > drained_bytes_max) co_return false;
    }
    release();
    co_return true;
}

}  // namespace rhumb::http::h1
