#pragma once
/// The seam to nghttp2: its C callbacks, handed on to a Session.

#include <nghttp2/nghttp2.h>

#include "base/handle.h"

namespace rhumb::http::h2 {

class Session;

struct Callbacks {
    /// A server's session with Rhumb's options; null when memory is out.
    static Handle<nghttp2_session, nghttp2_session_del> make_session(Session& session);
    /// What nghttp2 asks for the content of a response; the source is a RequestStream.
    static nghttp2_data_provider content_of(struct RequestStream& stream);

private:
    static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* header, void* user);
    static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user);
    static int on_header(nghttp2_session* nghttp2, const nghttp2_frame* frame, const uint8_t* name,
                         size_t name_size, const uint8_t* value, size_t value_size, uint8_t flags,
                         void* user);
    static int on_invalid_header(nghttp2_session*, const nghttp2_frame*, const uint8_t*, size_t,
                                 const uint8_t*, size_t, uint8_t, void*);
    static int on_frame_recv(nghttp2_session* nghttp2, const nghttp2_frame* frame, void* user);
    static int on_data_chunk(nghttp2_session* nghttp2, uint8_t flags, int32_t stream_id,
                             const uint8_t* data, size_t size, void* user);
    static int on_frame_send(nghttp2_session* nghttp2, const nghttp2_frame* frame, void* user);
    static int on_frame_not_send(nghttp2_session* nghttp2, const nghttp2_frame* frame, int error,
                                 void* user);
    static int on_stream_close(nghttp2_session* nghttp2, int32_t stream_id, uint32_t error,
                               void* user);
    static int on_send_data(nghttp2_session*, nghttp2_frame* frame, const uint8_t* header,
                            size_t size, nghttp2_data_source* source, void* user);
    static ssize_t on_data_wanted(nghttp2_session*, int32_t stream_id, uint8_t* buffer, size_t size,
                                  uint32_t* flags, nghttp2_data_source* source, void* user);

    static const nghttp2_session_callbacks* table();
    static const nghttp2_option* options();
};

}  // namespace rhumb::http::h2
