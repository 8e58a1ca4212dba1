#include "http/h1/writer.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <unistd.h>

#include "http/lent_buffer.h"

namespace rhumb::http::h1 {

namespace {

constexpr std::size_t record_size = 16 * 1024;  // what fits one TLS record
constexpr std::size_t turn_size = 512 * 1024;   // then other connections of the loop get their turn

/// 1xx, 204 and 304 have no body, nor a length (RFC 9110 section 6.4.1).
bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

std::optional<std::uint64_t> length_of(const Body& body) {
    if (const auto* text = std::get_if<std::string>(&body)) return text->size();
    if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&body))
        return (*shared)->size();
    if (const auto* slice = std::get_if<FileSlice>(&body)) return slice->length;
    if (std::holds_alternative<std::unique_ptr<BodySource>>(body)) return std::nullopt;
    return 0;
}

}  // namespace

void Writer::append_head(const Response& response, const Sending& sending, bool is_chunked) {
    buffer_.reserve(buffer_.size() + response.headers.lines().size() + 1536);
    buffer_ += "HTTP/1.1 ";
    buffer_ += fmt::format_int(response.status).c_str();
    buffer_ += ' ';
    buffer_ += reason_phrase(response.status);
    buffer_ += "\r\n";
    buffer_ += response.headers.lines();
    buffer_ += "date: ";
    buffer_ += connection_.date();
    buffer_ += "\r\n";
    if (!has_no_body(response.status)) {
        if (const auto length = length_of(response.body)) {
            buffer_ += "content-length: ";
            buffer_ += fmt::format_int(*length).c_str();
            buffer_ += "\r\n";
        } else if (is_chunked) {
            buffer_ += "transfer-encoding: chunked\r\n";
        }
    }
    if (!sending.keep_alive)
        buffer_ += "connection: close\r\n";
    else if (sending.is_http10)
        buffer_ += "connection: keep-alive\r\n";
    buffer_ += "\r\n";
}

net::Task<void> Writer::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = connection_.stream.try_write(bytes);
        if (written.tried == net::Tried::done) {
            bytes.remove_prefix(written.count);
            unpaused_ += written.count;
            if (unpaused_ < turn_size || bytes.empty()) continue;
        } else if (written.tried == net::Tried::closed || written.tried == net::Tried::failed) {
            co_return fail(ErrorKind::unavailable, "the client is gone");
        }
        unpaused_ = 0;
        connection_.stream.set_deadline(std::chrono::steady_clock::now() +
                                        connection_.limits.write_timeout);
        CO_TRY_DONE(co_await connection_.stream.wait(written.tried == net::Tried::would_read
                                                         ? net::Readiness::readable
                                                         : net::Readiness::writable));
    }
    co_return Result<void>{};
}

net::Task<void> Writer::flush() {
    if (buffer_.empty()) co_return Result<void>{};
    CO_TRY_DONE(co_await write(buffer_));
    buffer_.clear();
    co_return Result<void>{};
}

net::Task<std::uint64_t> Writer::send(Response& response, Sending& sending) {
    auto* const source = std::get_if<std::unique_ptr<BodySource>>(&response.body);
    const bool is_chunked = source != nullptr && !sending.is_http10;
    if (source != nullptr && sending.is_http10) sending.keep_alive = false;
    append_head(response, sending, is_chunked);
    if (sending.is_head_only || has_no_body(response.status)) co_return std::uint64_t{0};
    if (const auto* text = std::get_if<std::string>(&response.body))
        co_return co_await send_bytes(*text);
    if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body))
        co_return co_await send_bytes(**shared);
    if (const auto* slice = std::get_if<FileSlice>(&response.body))
        co_return co_await send_file(*slice);
    if (source != nullptr) co_return co_await send_source(**source, is_chunked);
    co_return std::uint64_t{0};
}

net::Task<std::uint64_t> Writer::send_bytes(std::string_view body) {
    // The head and as much of the body as fills a record go together; the rest goes from where it
    // is.
    const auto room = buffer_.size() < record_size ? record_size - buffer_.size() : 0;
    const auto together = std::min(room, body.size());
    buffer_ += body.substr(0, together);
    if (together < body.size()) {
        CO_TRY_DONE(co_await flush());
        CO_TRY_DONE(co_await write(body.substr(together)));
    }
    co_return body.size();
}

net::Task<std::uint64_t> Writer::send_file(FileSlice slice) {
    if (slice.length == 0) co_return std::uint64_t{0};
    if (buffer_.size() > record_size) CO_TRY_DONE(co_await flush());
    LentBuffer piece;
    // The head goes before the first bytes of the file, so that a short file is one read and one
    // write.
    std::size_t ahead = buffer_.copy(piece.data(), buffer_.size());
    buffer_.clear();
    std::uint64_t sent = 0;
    while (sent < slice.length) {
        const auto size = static_cast<std::size_t>(
            std::min<std::uint64_t>(slice.length - sent, LentBuffer::size - ahead));
        const auto count = ::pread(slice.file->fd(), piece.data() + ahead, size,
                                   static_cast<off_t>(slice.offset + sent));
        if (count < 0 && errno == EINTR) continue;
        // A file that became shorter: the length was promised, so the connection must break.
        if (count <= 0)
            co_return fail(ErrorKind::internal, "a file became shorter while it was sent");
        const auto got = static_cast<std::size_t>(count);
        CO_TRY_DONE(co_await write({piece.data(), ahead + got}));
        ahead = 0;
        sent += got;
    }
    co_return sent;
}

net::Task<std::uint64_t> Writer::send_source(BodySource& source, bool is_chunked) {
    std::uint64_t sent = 0;
    for (;;) {
        CO_TRY(const std::string piece, co_await source.next());
        if (is_chunked) buffer_ += fmt::format("{:x}\r\n", piece.size());
        buffer_ += piece;
        if (is_chunked) buffer_ += "\r\n";
        if (piece.empty()) co_return sent;
        sent += piece.size();
        CO_TRY_DONE(co_await flush());
    }
}

}  // namespace rhumb::http::h1
