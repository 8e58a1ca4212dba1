#include "http/h1/serve.h"

#include "http/h1/body_reader.h"
#include "http/h1/buffer.h"
#include "http/h1/head.h"
#include "http/h1/writer.h"

namespace rhumb::http::h1 {

namespace {

using net::Readiness;
using net::Tried;
using SteadyClock = std::chrono::steady_clock;

/// One client's requests, one after the other.
class Conversation {
public:
    explicit Conversation(Connection& connection) : connection_{connection}, writer_{connection} {}

    /// Waits for the first byte of a request, holding no buffers; false when none comes.
    net::Sure<bool> await_request();
    /// Reads a request and answers it; false when the connection ends with it.
    net::Sure<bool> exchange();

private:
    net::Task<bool> read_some();
    net::Task<void> read_head(Request& request, Framing& framing, std::optional<Refusal>& refusal);
    net::Sure<bool> answer(Request& request, const Framing& framing);
    net::Sure<void> refuse(Request& request, const Refusal& refusal);

    Connection& connection_;
    Buffer buffer_;
    Writer writer_;
    std::size_t requests_ = 0;
};

net::Sure<bool> Conversation::await_request() {
    if (!buffer_.is_empty()) co_return true;  // pipelined
    if (!co_await writer_.flush()) co_return false;
    writer_.release();
    buffer_.release();
    connection_.is_idle = true;
    connection_.stream.set_deadline(SteadyClock::now() + connection_.limits.idle_timeout);
    for (;;) {
        if (connection_.is_draining.load(std::memory_order_relaxed)) co_return false;
        if (!co_await connection_.stream.wait(Readiness::readable)) co_return false;
        const auto read = connection_.stream.try_read(buffer_.room(2048));
        if (read.tried == Tried::done) {
            buffer_.added(read.count);
            connection_.is_idle = false;
            co_return true;
        }
        buffer_.release();
        if (read.tried != Tried::would_read && read.tried != Tried::would_write) co_return false;
    }
}

/// False at the end of the stream.
net::Task<bool> Conversation::read_some() {
    CO_TRY(const auto count, co_await net::read_some(connection_.stream, buffer_.room(2048)));
    buffer_.added(count);
    co_return count > 0;
}

net::Task<void> Conversation::read_head(Request& request, Framing& framing,
                                        std::optional<Refusal>& refusal) {
    HeadFinder finder;
    bool has_deadline = false;
    for (;;) {
        const auto found = finder.find(buffer_.bytes(), connection_.limits.header_bytes_max);
        if (found.refusal) {
            refusal = found.refusal;
            co_return Result<void>{};
        }
        if (found.end > 0) {
            const auto head = buffer_.bytes().substr(found.begin, found.end - found.begin);
            refusal = h1::read_head(head, connection_.limits, request, framing);
            buffer_.used(found.end);
            co_return Result<void>{};
        }
        if (!has_deadline) {
            has_deadline = true;
            CO_TRY_DONE(co_await writer_.flush());
            connection_.stream.set_deadline(SteadyClock::now() + connection_.limits.header_timeout);
        }
        const auto more = co_await read_some();
        if (!more) {
            refusal = Refusal{408, "the request did not come in time"};
            co_return Result<void>{};
        }
        if (!*more) co_return fail(ErrorKind::unavailable, "the client went away within the head");
    }
}

net::Sure<bool> Conversation::exchange() {
    Request request;
    request.channel = &connection_.channel;
    Framing framing;
    std::optional<Refusal> refusal;
    const auto read = co_await read_head(request, framing, refusal);
    if (!read) co_return false;
    if (refusal) {
        co_await refuse(request, *refusal);
        co_return false;
    }
    co_return co_await answer(request, framing);
}

net::Sure<bool> Conversation::answer(Request& request, const Framing& framing) {
    const auto began = SteadyClock::now();
    BodyReader body{connection_, buffer_, framing};
    request.body = &body;
    Response response = co_await connection_.application.respond(request);
    if (body.refusal())
        response = text_response(body.refusal()->status, "text/plain; charset=utf-8",
                                 fmt::format("{}.\n", body.refusal()->why));
    const bool is_told_to_close = response.headers.has_token("connection", "close");
    if (is_told_to_close) response.headers.remove("connection");  // the writer says it
    const bool is_last = ++requests_ >= connection_.limits.requests_max ||
                         connection_.is_draining.load(std::memory_order_relaxed) ||
                         is_told_to_close;
    Sending sending{.is_head_only = request.method == Method::head,
                    .is_http10 = request.version == Version::http10,
                    .keep_alive = framing.keep_alive && !is_last && !body.refusal()};
    // A body that nobody read stands between us and the next request.
    if (sending.keep_alive && !body.is_at_end()) sending.keep_alive = co_await body.drain();
    const auto sent = co_await writer_.send(response, sending);
    bool is_complete = sent.has_value();
    // Answers to pipelined requests go out together, unless this is the last.
    if (is_complete && (!sending.keep_alive || buffer_.is_empty()))
        is_complete = (co_await writer_.flush()).has_value();
    connection_.application.finished(
        request,
        {.status = response.status,
         .substatus = response.substatus,
         .bytes_sent = sent.value_or(0),
         .took = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - began),
         .complete = is_complete});
    body.release();
    co_return is_complete&& sending.keep_alive;
}

net::Sure<void> Conversation::refuse(Request& request, const Refusal& refusal) {
    Response response = text_response(
        refusal.status, "text/plain; charset=utf-8",
        fmt::format("{} {}: {}.\n", refusal.status, reason_phrase(refusal.status), refusal.why));
    Sending sending{.keep_alive = false};
    const auto sent = co_await writer_.send(response, sending);
    const bool is_complete = sent && (co_await writer_.flush()).has_value();
    connection_.application.finished(
        request,
        {.status = refusal.status, .bytes_sent = sent.value_or(0), .complete = is_complete});
}

}  // namespace

net::Sure<void> serve(Connection& connection) {
    {
        Conversation conversation{connection};
        while (co_await conversation.await_request())
            if (!co_await conversation.exchange()) break;
    }
    connection.is_idle = false;
    co_await connection.stream.close();
}

}  // namespace rhumb::http::h1
