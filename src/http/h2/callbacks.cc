#include "http/h2/callbacks.h"

#include "http/h2/session.h"

namespace rhumb::http::h2 {

namespace {

Session& to_session(void* user) { return *static_cast<Session*>(user); }

RequestStream* find_stream(nghttp2_session* nghttp2, std::int32_t stream_id) {
    return static_cast<RequestStream*>(nghttp2_session_get_stream_user_data(nghttp2, stream_id));
}

std::string_view to_text(const uint8_t* bytes, size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

/// The client's opaque data in the ping that tells when it has seen that we are draining.
bool is_drain_ping(const nghttp2_ping& ping) { return to_text(ping.opaque_data, 8) == "draining"; }

}  // namespace

// nghttp2 copies both tables' content into each session, so that each is made once and lives as
// long as the program.

const nghttp2_session_callbacks* Callbacks::table() {
    static const auto made = [] {
        nghttp2_session_callbacks* raw = nullptr;
        if (nghttp2_session_callbacks_new(&raw) != 0) std::abort();  // out of memory
        Handle<nghttp2_session_callbacks, nghttp2_session_callbacks_del> callbacks{raw};
        nghttp2_session_callbacks_set_on_begin_frame_callback(raw, on_begin_frame);
        nghttp2_session_callbacks_set_on_begin_headers_callback(raw, on_begin_headers);
        nghttp2_session_callbacks_set_on_header_callback(raw, on_header);
        nghttp2_session_callbacks_set_on_invalid_header_callback(raw, on_invalid_header);
        nghttp2_session_callbacks_set_on_frame_recv_callback(raw, on_frame_recv);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, on_data_chunk);
        nghttp2_session_callbacks_set_on_frame_send_callback(raw, on_frame_send);
        nghttp2_session_callbacks_set_on_frame_not_send_callback(raw, on_frame_not_send);
        nghttp2_session_callbacks_set_on_stream_close_callback(raw, on_stream_close);
        nghttp2_session_callbacks_set_send_data_callback(raw, on_send_data);
        return callbacks;
    }();
    return made.get();
}

const nghttp2_option* Callbacks::options() {
    static const auto made = [] {
        nghttp2_option* raw = nullptr;
        if (nghttp2_option_new(&raw) != 0) std::abort();  // out of memory
        Handle<nghttp2_option, nghttp2_option_del> options{raw};
        // Windows open as handlers read (RequestContent), not as bytes arrive.
        nghttp2_option_set_no_auto_window_update(raw, 1);
        // The tree of RFC 7540's priorities is gone (RFC 9113 section 5.3): nothing to remember
        // closed streams for.
        nghttp2_option_set_no_closed_streams(raw, 1);
        // Goodwill bounds resets, and tells misuse from a map that is dragged about; nghttp2's own
        // count stands behind it.
        nghttp2_option_set_stream_reset_rate_limit(raw, 10'000, 1'000);
        nghttp2_option_set_max_continuations(raw, 8);
        // Answers to pings and settings that the client does not fetch.
        nghttp2_option_set_max_outbound_ack(raw, 256);
        return options;
    }();
    return made.get();
}

Handle<nghttp2_session, nghttp2_session_del> Callbacks::make_session(Session& session) {
    nghttp2_session* raw = nullptr;
    if (nghttp2_session_server_new2(&raw, table(), &session, options()) != 0) raw = nullptr;
    return Handle<nghttp2_session, nghttp2_session_del>{raw};
}

nghttp2_data_provider Callbacks::content_of(RequestStream& stream) {
    nghttp2_data_provider provider{};
    provider.source.ptr = &stream;
    provider.read_callback = on_data_wanted;
    return provider;
}

int Callbacks::on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* header, void* user) {
    to_session(user).on_frame_header(*header);
    return 0;
}

int Callbacks::on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& session = to_session(user);
    session.head_began_ = session.now_;
    session.head_stream_ = frame->hd.stream_id;
    if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) session.on_begin_headers(frame->hd.stream_id);
    return 0;
}

int Callbacks::on_header(nghttp2_session* nghttp2, const nghttp2_frame* frame, const uint8_t* name,
                         size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                         void* user) {
    auto* stream = find_stream(nghttp2, frame->hd.stream_id);
    if (stream == nullptr) return 0;
    const bool is_trailer = frame->headers.cat != NGHTTP2_HCAT_REQUEST;
    return to_session(user).on_header(*stream, is_trailer, to_text(name, name_size),
                                      to_text(value, value_size));
}

int Callbacks::on_invalid_header(nghttp2_session* nghttp2, const nghttp2_frame* frame,
                                 const uint8_t* name, size_t name_size, const uint8_t* value,
                                 size_t value_size, uint8_t flags, void* user) {
    // QGIS ends this field with a blank, over HTTP/2 as well.
    if (to_text(name, name_size) == "x-esri-authorization") {
        while (value_size > 0 && value[value_size - 1] == ' ') --value_size;
        if (nghttp2_check_header_value(value, value_size) != 0)
            return on_header(nghttp2, frame, name, name_size, value, value_size, flags, user);
    }
    // RFC 9113 section 8.2.1: such a request is malformed; nghttp2 alone would drop the field and
    // go on.
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int Callbacks::on_frame_recv(nghttp2_session* nghttp2, const nghttp2_frame* frame, void* user) {
    auto& session = to_session(user);
    session.has_greeted_ = true;
    switch (frame->hd.type) {
        case NGHTTP2_HEADERS:
        case NGHTTP2_DATA: {
            if (frame->hd.type == NGHTTP2_HEADERS) session.head_stream_ = 0;
            auto* stream = find_stream(nghttp2, frame->hd.stream_id);
            if (stream == nullptr) break;
            if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) stream->request_content.end();
            if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
                session.on_head(*stream);
            break;
        }
        case NGHTTP2_PING:
            if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0 && is_drain_ping(frame->ping))
                session.finish_drain();
            break;
        default: break;
    }
    return 0;
}

int Callbacks::on_data_chunk(nghttp2_session* nghttp2, uint8_t, int32_t stream_id,
                             const uint8_t* data, size_t size, void* user) {
    to_session(user).on_data(find_stream(nghttp2, stream_id), stream_id, to_text(data, size));
    return 0;
}

int Callbacks::on_frame_send(nghttp2_session* nghttp2, const nghttp2_frame* frame, void* user) {
    auto& session = to_session(user);
    switch (frame->hd.type) {
        case NGHTTP2_HEADERS:
        case NGHTTP2_DATA:
            session.progress_ = session.now_;
            if (frame->hd.type == NGHTTP2_DATA) session.goodwill_.earn(Goodwill::data_frame);
            if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
                if (auto* stream = find_stream(nghttp2, frame->hd.stream_id); stream != nullptr)
                    session.on_sent(*stream);
            break;
        case NGHTTP2_RST_STREAM: {
            // Resets that the client provokes cost as much as those that it sends.
            const auto code = frame->rst_stream.error_code;
            if (code != NGHTTP2_NO_ERROR && code != NGHTTP2_INTERNAL_ERROR)
                session.spend(Goodwill::reset);
            break;
        }
        default: break;
    }
    return 0;
}

int Callbacks::on_frame_not_send(nghttp2_session* nghttp2, const nghttp2_frame* frame, int error,
                                 void*) {
    // A response whose head cannot be sent (too long a field) must not leave the client waiting.
    if (frame->hd.type == NGHTTP2_HEADERS && error != NGHTTP2_ERR_STREAM_CLOSED &&
        error != NGHTTP2_ERR_STREAM_CLOSING && find_stream(nghttp2, frame->hd.stream_id) != nullptr)
        nghttp2_submit_rst_stream(nghttp2, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                  NGHTTP2_INTERNAL_ERROR);
    return 0;
}

int Callbacks::on_stream_close(nghttp2_session* nghttp2, int32_t stream_id, uint32_t, void* user) {
    auto& session = to_session(user);
    if (session.head_stream_ == stream_id) session.head_stream_ = 0;
    if (auto* stream = find_stream(nghttp2, stream_id); stream != nullptr)
        session.on_stream_close(*stream);
    return 0;
}

int Callbacks::on_send_data(nghttp2_session*, nghttp2_frame*, const uint8_t* header, size_t size,
                            nghttp2_data_source* source, void* user) {
    to_session(user).output_.add_data(to_text(header, Output::frame_header_size), size);
    static_cast<RequestStream*>(source->ptr)->bytes_sent += size;
    return 0;
}

ssize_t Callbacks::on_data_wanted(nghttp2_session*, int32_t, uint8_t*, size_t size, uint32_t* flags,
                                  nghttp2_data_source* source, void* user) {
    return to_session(user).on_data_wanted(*static_cast<RequestStream*>(source->ptr), size, *flags);
}

}  // namespace rhumb::http::h2
