#pragma once
/// RequestStream: one request and its response, from the first field to the last byte. Belongs to
/// its session.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "http/h2/request_content.h"
#include "http/h2/request_head.h"
#include "http/h2/response_content.h"
#include "http/message.h"
#include "net/event.h"
#include "net/stream.h"

namespace rhumb::http::h2 {

struct RequestStream {
    RequestStream(Session& session, std::int32_t id_) : id{id_}, request_content{session, id_} {}

    const std::int32_t id;
    std::size_t place = 0;  ///< among the session's streams

    RequestHead head;
    std::size_t trailer_fields = 0;
    Request request;
    RequestContent request_content;

    Response response;  ///< nghttp2 refers to its fields until they are sent
    ResponseContent response_content;
    net::Event was_taken;  ///< some of the source's bytes were sent: it may go on

    bool is_ready = false;      ///< its head has arrived, and it waits for a worker
    bool is_answering = false;  ///< the application has the request
    bool was_answered = false;  ///< there is, or was, a response
    bool is_sending = false;    ///< content of the response is still to be sent
    bool is_deferred = false;   ///< nghttp2 waits for us to have more content
    bool is_sent = false;       ///< all of the response is on its way
    bool is_closed = false;     ///< nghttp2 has let go of it
    bool has_lingered = false;

    /// Answered, while the client has not ended its request yet: it is to see the answer first.
    bool is_lingering() const { return lingers_since && !has_lingered; }
    std::optional<net::SteadyTime> lingers_since;

    net::SteadyTime began;
    std::uint64_t bytes_sent = 0;
};

}  // namespace rhumb::http::h2
