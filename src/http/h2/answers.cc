/// How a session's requests become responses.

#include <exception>

#include "http/h2/callbacks.h"
#include "http/h2/response_head.h"
#include "http/h2/scratch.h"
#include "http/h2/session.h"

namespace rhumb::http::h2 {

namespace {

/// A source is asked for more while less than this waits to be sent.
constexpr std::size_t source_ahead = 64 * 1024;
/// A response larger than this shares the connection with others of its urgency.
constexpr std::uint64_t large_response = 64 * 1024;

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

/// The answer to a head that is no request; none when it is one.
std::optional<Response> refusal(RequestStream& stream, const Limits& limits) {
    const auto finished = stream.head.finish(stream.request);
    if (stream.head.is_too_large())
        return text_response(
            431, plain_text,
            fmt::format(
                "The request's head is larger than {} bytes or {} fields; send less (cookies?).\n",
                limits.header_bytes_max, limits.header_fields_max));
    if (!finished)
        return text_response(to_status(finished.error().kind), plain_text,
                             finished.error().message + "\n");
    return std::nullopt;
}

}  // namespace

void Session::start_answers(const std::shared_ptr<Session>& self) {
    // A worker runs within these calls until it has to wait, so at most one is needed for each
    // request that is ready.
    for (auto tries = ready_.size();
         tries > 0 && !ready_.empty() && answering_ < limits().streams_max; --tries) {
        if (has_work_.has_waiter()) {
            has_work_.notify_now();
        } else {
            ++workers_;
            net::spawn(executor_, work(self), [self](const std::exception_ptr& thrown) {
                if (--self->workers_ == 0) self->workers_ended_.notify();
                if (thrown) std::rethrow_exception(thrown);
            });
        }
    }
}

RequestStream* Session::take_ready() {
    while (!ready_.empty() && answering_ < limits().streams_max && !is_over_) {
        auto* stream = ready_.front();
        ready_.pop_front();
        stream->is_ready = false;
        if (!stream->is_closed) return stream;
        over_.push_back(stream);  // reset before its turn: nobody has seen it
    }
    return nullptr;
}

net::Sure<void> Session::work(std::shared_ptr<Session> self) {
    auto& session = *self;
    for (;;) {
        while (auto* stream = session.take_ready()) {
            stream->is_answering = true;
            ++session.answering_;
            co_await session.answer(*stream);
            --session.answering_;
            stream->is_answering = false;
            if (stream->is_closed) session.over_.push_back(stream);
            session.flush_outside_turn();
        }
        // One waits for the next request: starting a coroutine costs more than waking one.
        if (session.is_over_ || session.has_work_.has_waiter()) co_return;
        co_await session.has_work_.wait();
    }
}

net::Sure<void> Session::answer(RequestStream& stream) {
    if (auto refused = refusal(stream, limits())) {
        submit(stream, *std::move(refused));
        co_return;
    }
    Response response;
    try {
        response = co_await connection_.application.respond(stream.request);
    } catch (const std::exception&) {  // the root of the request's coroutine
        response = text_response(500, plain_text,
                                 "The server failed at this request; its log says more.\n");
    }
    if (const auto broken = stream.request_content.failure())
        response = text_response(broken->status, plain_text, fmt::format("{}.\n", broken->why));
    submit(stream, std::move(response));
    if (stream.response_content.source() != nullptr) co_await send_source(stream);
}

void Session::submit(RequestStream& stream, Response response) {
    stream.was_answered = true;
    if (is_gone(stream)) return;
    if (const auto unread = stream.request_content.discard(); unread > 0)
        nghttp2_session_consume(nghttp2_.get(), stream.id, unread);

    // What HTTP/1.1 says in a field, a frame says here: before the answer, so that a client that
    // comes again upon the answer knows that it needs another connection.
    if (response.headers.has_token("connection", "close")) drain();

    stream.response = std::move(response);
    auto& content = stream.response_content;
    content.set(std::move(stream.response.body));
    FieldText text;
    auto& fields = scratch().fields;
    fill_fields(fields, text, stream.response, stream.request.method, content.length(),
                connection_.date());
    if (!has_content(stream.request.method, stream.response.status)) content.clear();

    auto provider = Callbacks::content_of(stream);
    const bool is_empty = content.is_at_end();
    const auto failed = nghttp2_submit_response(nghttp2_.get(), stream.id, fields.data(),
                                                fields.size(), is_empty ? nullptr : &provider);
    if (failed != 0) {
        nghttp2_submit_rst_stream(nghttp2_.get(), NGHTTP2_FLAG_NONE, stream.id,
                                  NGHTTP2_INTERNAL_ERROR);
        return;
    }
    if (is_empty) return;
    stream.is_sending = true;
    ++sending_;
    set_priority(stream);
}

void Session::set_priority(const RequestStream& stream) {
    // RFC 9218 section 10 sends what is not incremental one after the other. A client that said
    // nothing may well wait for small answers behind a large one: let large ones take turns.
    if (stream.response_content.length().value_or(large_response) < large_response ||
        stream.request.headers.has("priority"))
        return;
    const nghttp2_extpri shared{NGHTTP2_EXTPRI_DEFAULT_URGENCY, 1};
    nghttp2_session_change_extpri_stream_priority(nghttp2_.get(), stream.id, &shared, 0);
}

void Session::resume(RequestStream& stream) {
    if (!std::exchange(stream.is_deferred, false)) return;
    --deferred_;
    nghttp2_session_resume_data(nghttp2_.get(), stream.id);
}

net::Sure<void> Session::send_source(RequestStream& stream) {
    auto& content = stream.response_content;
    for (;;) {
        flush_outside_turn();
        Result<std::string> piece;
        try {
            piece = co_await content.source()->next();
        } catch (const std::exception&) {  // as in answer(): half a response must not look whole
            piece = fail(ErrorKind::internal, "the source of the response failed");
        }
        if (is_gone(stream)) co_return;
        if (!piece) {
            nghttp2_submit_rst_stream(nghttp2_.get(), NGHTTP2_FLAG_NONE, stream.id,
                                      NGHTTP2_INTERNAL_ERROR);
            co_return;
        }
        const bool is_last = piece->empty();
        content.add(*std::move(piece));
        resume(stream);
        if (is_last) co_return;
        while (content.waiting() >= source_ahead && !is_gone(stream)) {
            flush_outside_turn();
            if (content.waiting() >= source_ahead) co_await stream.was_taken.wait();
        }
    }
}

void Session::report_finished() {
    // finish() may not come back here: it only tells and frees.
    for (auto* stream : over_) finish(*stream);
    over_.clear();
}

void Session::finish(RequestStream& stream) {
    if (stream.was_answered) {
        const Exchange exchange{
            .status = stream.response.status,
            .substatus = stream.response.substatus,
            .bytes_sent = stream.bytes_sent,
            .took = std::chrono::duration_cast<std::chrono::microseconds>(
                stream.lingers_since.value_or(std::chrono::steady_clock::now()) - stream.began),
            .complete = stream.is_sent && output_.is_empty()};
        connection_.application.finished(stream.request, exchange);
    }
    const auto place = stream.place;
    if (place + 1 != streams_.size()) {
        std::swap(streams_[place], streams_.back());
        streams_[place]->place = place;
    }
    streams_.pop_back();
    if (streams_.empty()) idle_since_ = now_;
}

void Session::close_all() {
    ready_.clear();
    over_.clear();
    for (const auto& stream : streams_) {
        stream->is_closed = true;
        stream->request_content.break_off();
        if (stream->was_taken.has_waiter()) stream->was_taken.notify();
        if (!stream->is_answering) over_.push_back(stream.get());
    }
}

}  // namespace rhumb::http::h2
