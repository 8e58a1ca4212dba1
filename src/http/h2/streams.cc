/// What happens to a session's streams while nghttp2 takes frames in and gives them out.

#include "base/text.h"
#include "http/h2/session.h"

namespace rhumb::http::h2 {

void Session::spend(std::uint32_t cost) {
    if (!goodwill_.spend(cost, now_)) is_abusive_ = true;
}

void Session::on_frame_header(const nghttp2_frame_hd& header) {
    constexpr std::size_t small_data = 64;
    switch (header.type) {
        case NGHTTP2_HEADERS: break;  // a request: what comes of it counts
        case NGHTTP2_DATA:
            if (header.length < small_data && (header.flags & NGHTTP2_FLAG_END_STREAM) == 0)
                spend(header.length == 0 ? Goodwill::empty_data : Goodwill::small_frame);
            break;
        case NGHTTP2_RST_STREAM: spend(Goodwill::reset); break;
        case NGHTTP2_PING: spend(Goodwill::ping); break;
        case NGHTTP2_SETTINGS: spend(Goodwill::settings); break;
        default: spend(Goodwill::small_frame);
    }
}

void Session::on_begin_headers(std::int32_t stream_id) {
    auto stream = std::make_unique<RequestStream>(*this, stream_id);
    stream->place = streams_.size();
    stream->began = now_;
    stream->request.channel = &connection_.channel;
    stream->request.body = &stream->request_content;
    nghttp2_session_set_stream_user_data(nghttp2_.get(), stream_id, stream.get());
    streams_.push_back(std::move(stream));
    ++requests_;
}

int Session::on_header(RequestStream& stream, bool is_trailer, std::string_view name,
                       std::string_view value) {
    if (is_trailer) {  // they have no place in a Request; but they cost us
        if (++stream.trailer_fields > limits().header_fields_max) is_abusive_ = true;
    } else if (stream.head.add(name, value, limits(), stream.request.headers) ==
               RequestHead::Taken::abusive) {
        is_abusive_ = true;
    }
    return is_abusive_ ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE : 0;
}

void Session::on_head(RequestStream& stream) {
    stream.began = now_;
    const bool must_invite = stream.head.expects_continue() && !stream.request_content.has_ended();
    std::optional<std::uint64_t> length;
    if (const auto text = stream.request.headers.find("content-length"))
        if (const auto number = text::to_integer(*text))
            length = static_cast<std::uint64_t>(*number);
    stream.request_content.expect(length, must_invite);
    stream.is_ready = true;
    ready_.push_back(&stream);
}

void Session::on_data(RequestStream* stream, std::int32_t stream_id, std::string_view piece) {
    if (stream != nullptr && !stream->request_content.is_discarded()) {
        stream->request_content.add(piece);
    } else if (stream != nullptr && stream->is_lingering()) {
        // The window of the stream stays as it is: so much may still come, and no more.
        nghttp2_session_consume_connection(nghttp2_.get(), piece.size());
    } else {
        nghttp2_session_consume(nghttp2_.get(), stream_id, piece.size());
    }
}

ssize_t Session::on_data_wanted(RequestStream& stream, std::size_t size_max, std::uint32_t& flags) {
    auto& content = stream.response_content;
    if (content.source() != nullptr && content.waiting() == 0 && !content.is_at_end()) {
        stream.is_deferred = true;
        ++deferred_;
        return NGHTTP2_ERR_DEFERRED;
    }
    const auto place = output_.data_place(size_max);
    if (place.empty()) return NGHTTP2_ERR_PAUSE;  // write first

    const auto count = content.read(place);
    if (!count)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // nghttp2 resets the stream: INTERNAL_ERROR
    flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (content.is_at_end()) flags |= NGHTTP2_DATA_FLAG_EOF;
    if (stream.was_taken.has_waiter() && content.waiting() < Output::full / 2)
        stream.was_taken.notify();
    return static_cast<ssize_t>(*count);
}

void Session::on_sent(RequestStream& stream) {
    stream.is_sent = true;
    goodwill_.earn(Goodwill::response);
    stop_sending(stream);
    if (stream.request_content.has_ended()) return;
    // RFC 9113 section 8.1: the answer is complete, and the rest of the request is not needed. But
    // curl 7 and others throw the answer away when they are told so at once, in the midst of
    // sending. They have a moment to see it and to stop by themselves.
    stream.lingers_since = now_;
    ++lingering_;
}

bool Session::end_lingering() {
    bool has_ended = false;
    for (const auto& stream : streams_) {
        if (!stream->is_lingering() || now_ < *stream->lingers_since + limits().linger_timeout)
            continue;
        nghttp2_submit_rst_stream(nghttp2_.get(), NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_NO_ERROR);
        stop_lingering(*stream);
        has_ended = true;
    }
    return has_ended;
}

void Session::stop_lingering(RequestStream& stream) {
    if (!stream.is_lingering()) return;
    stream.has_lingered = true;
    --lingering_;
}

void Session::stop_sending(RequestStream& stream) {
    if (std::exchange(stream.is_sending, false)) --sending_;
    if (std::exchange(stream.is_deferred, false)) --deferred_;
}

void Session::on_stream_close(RequestStream& stream) {
    stream.is_closed = true;
    stop_sending(stream);
    stop_lingering(stream);
    if (const auto unread = stream.request_content.discard(); unread > 0)
        nghttp2_session_consume_connection(nghttp2_.get(), unread);
    stream.request_content.break_off();
    if (stream.was_taken.has_waiter()) stream.was_taken.notify();
    // A stream that waits for its turn is dropped when that comes (take_ready).
    if (!stream.is_answering && !stream.is_ready) over_.push_back(&stream);
}

}  // namespace rhumb::http::h2
