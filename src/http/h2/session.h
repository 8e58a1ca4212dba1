#pragma once
/// Session: one HTTP/2 connection. A single coroutine reads, feeds nghttp2, and writes what came of
/// it in one go; the answers are made by workers, coroutines on the same loop. An answer that is
/// ready at once (a cached file) leaves with the write of the turn that brought its request; a
/// later one is written by its worker, without waking the reader.
///
/// Everything happens on the connection's loop: no locks. Workers share the ownership of the
/// session, so that a handler that is still busy when its client goes away finds all it refers to.

#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "base/handle.h"
#include "http/connection.h"
#include "http/h2/goodwill.h"
#include "http/h2/output.h"
#include "http/h2/request_stream.h"
#include "net/event.h"
#include "net/spawn.h"

namespace rhumb::http::h2 {

class Session {
public:
    Session(Connection& connection, net::Executor executor);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Serves to the end; `self` is this session.
    static net::Sure<void> run(std::shared_ptr<Session> self, std::string_view already_read);

    /// Lets go of coroutines that wait for this session: for a loop that ends before its
    /// connections.
    void abandon();

    // For the contents of requests.

    const Limits& limits() const { return connection_.limits; }
    /// Sends 100 (Continue).
    void invite(std::int32_t stream_id);
    /// So much of a request's content has been read: the client may send more.
    void took(std::int32_t stream_id, std::size_t count);
    /// Somebody waits for content; says until when. Each call is followed by unwatch_body().
    net::SteadyTime watch_body();
    void unwatch_body() { --waiting_bodies_; }

private:
    friend struct Callbacks;

    // session.cc: turns of the reader, and what they wait for.
    bool start(std::string_view already_read);
    void turn(const std::shared_ptr<Session>& self);
    void receive();
    void feed(std::string_view bytes);
    void flush();
    bool fill();  ///< false when there is more than fits
    std::size_t write();
    void flush_outside_turn();
    void check_end();
    void say_goodbye(std::uint32_t error_code);
    void drain();
    void finish_drain();
    net::SteadyTime deadline() const;
    void set_deadline(net::SteadyTime time);
    void on_deadline();
    net::Sure<void> wait();

    // answers.cc: requests to responses.
    void start_answers(const std::shared_ptr<Session>& self);
    RequestStream* take_ready();
    static net::Sure<void> work(std::shared_ptr<Session> self);
    net::Sure<void> answer(RequestStream& stream);
    net::Sure<void> send_source(RequestStream& stream);
    bool is_gone(const RequestStream& stream) const { return is_over_ || stream.is_closed; }
    void resume(RequestStream& stream);  ///< where nghttp2 waits for its content
    void submit(RequestStream& stream, Response response);
    void set_priority(const RequestStream& stream);
    void report_finished();
    void finish(RequestStream& stream);
    void close_all();

    // streams.cc: what nghttp2 tells (called by Callbacks).
    void on_begin_headers(std::int32_t stream_id);
    int on_header(RequestStream& stream, bool is_trailer, std::string_view name,
                  std::string_view value);
    void on_head(RequestStream& stream);
    void on_data(RequestStream* stream, std::int32_t stream_id, std::string_view piece);
    void on_sent(RequestStream& stream);
    bool end_lingering();  ///< of streams whose time is over; false: there was none
    void stop_lingering(RequestStream& stream);
    void on_stream_close(RequestStream& stream);
    void on_frame_header(const nghttp2_frame_hd& header);
    void spend(std::uint32_t cost);
    ssize_t on_data_wanted(RequestStream& stream, std::size_t size_max, std::uint32_t& flags);
    void stop_sending(RequestStream& stream);

    Connection& connection_;
    net::Executor executor_;
    Handle<nghttp2_session, nghttp2_session_del> nghttp2_;
    Output output_;

    std::vector<std::unique_ptr<RequestStream>> streams_;  ///< in no order; each knows its place
    std::deque<RequestStream*> ready_;  ///< heads that have arrived, not yet answered
    std::vector<RequestStream*> over_;  ///< to be reported when the output is written
    std::size_t requests_ = 0;          ///< in all
    std::size_t answering_ = 0;         ///< by workers; may be more than nghttp2's open streams
    std::size_t sending_ = 0;           ///< streams with content that is not all sent …
    std::size_t deferred_ = 0;          ///< … and those of them that wait for us
    std::size_t waiting_bodies_ = 0;
    std::size_t lingering_ = 0;  ///< streams that are answered, while their request goes on

    std::size_t workers_ = 0;
    net::Event has_work_;  ///< for the one worker that stays when there is none
    net::Event workers_ended_;

    Goodwill goodwill_;
    net::SteadyTime now_;  ///< when this turn began
    net::SteadyTime began_;
    net::SteadyTime progress_;  ///< when the client last took something of a response
    net::SteadyTime idle_since_;
    std::optional<net::SteadyTime> deadline_;  ///< as we last set it
    net::SteadyTime head_began_;
    std::int32_t head_stream_ = 0;  ///< whose head has not wholly arrived; 0: nobody's
    std::optional<net::SteadyTime> drain_began_;

    bool is_in_turn_ = false;   ///< whoever submits something now need not write it
    bool has_greeted_ = false;  ///< the client's preface and settings are here
    bool is_drain_finished_ = false;
    bool is_abusive_ = false;
    bool is_over_ = false;
    bool is_output_blocked_ = false;
    bool read_wants_write_ = false;  ///< TLS must write before it can read on
    bool write_wants_read_ = false;
    bool has_more_input_ = false;  ///< the turn ended before all was read
    bool has_more_output_ = false;
};

}  // namespace rhumb::http::h2
