#include "http/h2/session.h"

#include <array>
#include <cstring>

#include "http/h2/callbacks.h"
#include "http/h2/response_head.h"
#include "http/h2/scratch.h"
#include "http/h2/serve.h"

namespace rhumb::http::h2 {

namespace {

/// How much of a request's content waits for its handler, and for all handlers of a connection
/// together.
constexpr std::int32_t stream_window = 256 * 1024;
constexpr std::int32_t connection_window = 1024 * 1024;
/// A read of so much says that more is likely to be there.
constexpr std::size_t bulk = 8 * 1024;
/// After so much, others on the loop have their turn.
constexpr int reads_per_turn = 4;
constexpr std::size_t bytes_per_turn = 512 * 1024;
/// How long a client has to see that we are draining before the last GOAWAY.
constexpr std::chrono::seconds drain_notice{1};

constexpr std::array<std::uint8_t, 8> drain_ping{'d', 'r', 'a', 'i', 'n', 'i', 'n', 'g'};

/// Ends the coroutines that wait for a session when its reader ends before them: the loop is being
/// destroyed.
struct Abandoning {
    std::shared_ptr<Session> session;
    ~Abandoning() { session->abandon(); }
};

}  // namespace

net::Sure<void> serve(Connection& connection, std::string_view already_read) {
    auto session = std::make_shared<Session>(connection, co_await net::this_executor());
    const Abandoning guard{session};
    co_await Session::run(session, already_read);
}

Session::Session(Connection& connection, net::Executor executor)
    : connection_{connection},
      executor_{std::move(executor)},
      nghttp2_{Callbacks::make_session(*this)},
      goodwill_{std::chrono::steady_clock::now()},
      now_{std::chrono::steady_clock::now()},
      began_{now_},
      progress_{now_},
      idle_since_{now_} {}

Session::~Session() = default;

void Session::abandon() {
    has_work_.abandon();
    workers_ended_.abandon();
    for (const auto& stream : streams_) {
        stream->was_taken.abandon();
        stream->request_content.abandon();
    }
}

net::Sure<void> Session::run(std::shared_ptr<Session> self, std::string_view already_read) {
    auto& session = *self;
    if (session.start(already_read)) {
        for (;;) {
            session.turn(self);
            if (session.is_over_) break;
            co_await session.wait();
        }
    }
    session.is_over_ = true;
    session.close_all();
    co_await session.connection_.stream.close();
    while (session.workers_ > 0) {
        session.has_work_
            .notify();  // the one that waits for work ends, the others when their handlers do
        co_await session.workers_ended_.wait();
    }
    session.report_finished();
}

bool Session::start(std::string_view already_read) {
    if (nghttp2_ == nullptr) return false;
    const std::array<nghttp2_settings_entry, 4> settings{
        {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
          static_cast<std::uint32_t>(limits().streams_max)},
         {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window},
         {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
          static_cast<std::uint32_t>(limits().header_bytes_max)},
         {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1}}};
    if (nghttp2_submit_settings(nghttp2_.get(), NGHTTP2_FLAG_NONE, settings.data(),
                                settings.size()) != 0 ||
        nghttp2_session_set_local_window_size(nghttp2_.get(), NGHTTP2_FLAG_NONE, 0,
                                              connection_window) != 0)
        return false;
    feed(already_read);
    return true;
}

void Session::turn(const std::shared_ptr<Session>& self) {
    now_ = std::chrono::steady_clock::now();
    is_in_turn_ = true;
    receive();
    if (requests_ >= limits().requests_max ||
        connection_.is_draining.load(std::memory_order_relaxed))
        drain();
    start_answers(self);
    is_in_turn_ = false;
    flush();
}

// Input.

void Session::receive() {
    has_more_input_ = read_wants_write_ = false;
    if (is_output_blocked_) return;  // who does not take our answers need not send us more
    auto& input = scratch().input;
    for (int reads = 0; reads < reads_per_turn && !is_over_; ++reads) {
        const auto read = connection_.stream.try_read(input);
        switch (read.tried) {
            case net::Tried::done:
                feed({input.data(), read.count});
                // After a little, what it asks for is better answered than more looked for: a wait
                // finds the rest.
                if (read.count < bulk) return;
                break;
            case net::Tried::would_read: return;
            case net::Tried::would_write: read_wants_write_ = true; return;
            case net::Tried::closed:
            case net::Tried::failed: is_over_ = true; return;
        }
    }
    has_more_input_ = true;
}

void Session::feed(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto taken = nghttp2_session_mem_recv(
        nghttp2_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    if (is_abusive_ || taken == NGHTTP2_ERR_FLOODED) {
        say_goodbye(NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (taken == NGHTTP2_ERR_BAD_CLIENT_MAGIC) {
        say_goodbye(NGHTTP2_PROTOCOL_ERROR);
    } else if (taken < 0) {
        say_goodbye(NGHTTP2_INTERNAL_ERROR);
    }
}

// Output.

void Session::flush() {
    has_more_output_ = false;
    for (std::size_t written = 0; !is_over_ && !is_output_blocked_;) {
        const bool has_all = fill();
        if (output_.is_empty()) break;
        written += write();
        if (has_all && output_.is_empty()) break;
        if (written >= bytes_per_turn) {
            has_more_output_ = true;
            break;
        }
    }
    if (output_.is_empty()) report_finished();
    check_end();
}

bool Session::fill() {
    while (!output_.is_full()) {
        const std::uint8_t* frame = nullptr;
        const auto size = nghttp2_session_mem_send(nghttp2_.get(), &frame);
        if (size < 0) {
            is_over_ = true;
            return true;
        }
        if (size == 0) return !output_.is_full();
        output_.add({reinterpret_cast<const char*>(frame), static_cast<std::size_t>(size)});
    }
    return false;
}

std::size_t Session::write() {
    const auto progress = output_.write(connection_.stream);
    write_wants_read_ = false;
    switch (progress.tried) {
        case net::Tried::done: return progress.count;
        case net::Tried::would_read: write_wants_read_ = true; [[fallthrough]];
        case net::Tried::would_write: is_output_blocked_ = true; break;
        case net::Tried::closed:
        case net::Tried::failed: is_over_ = true;
    }
    return 0;
}

void Session::flush_outside_turn() {
    if (is_in_turn_ || is_over_) return;
    now_ = std::chrono::steady_clock::now();
    flush();
    set_deadline(deadline());
    connection_.is_idle = streams_.empty();
    // The reader has to wait for something else now, or to end.
    const bool must_drain =
        !drain_began_ && connection_.is_draining.load(std::memory_order_relaxed);
    if (is_over_ || is_output_blocked_ || has_more_output_ || must_drain) connection_.stream.wake();
}

void Session::check_end() {
    if (output_.is_empty() && nghttp2_session_want_read(nghttp2_.get()) == 0 &&
        nghttp2_session_want_write(nghttp2_.get()) == 0)
        is_over_ = true;
}

// Ending.

void Session::say_goodbye(std::uint32_t error_code) {
    nghttp2_session_terminate_session(nghttp2_.get(), error_code);
    if (!is_output_blocked_) {
        fill();
        if (!output_.is_empty()) write();  // as far as it goes: there is no one to wait for
    }
    is_over_ = true;
}

void Session::drain() {
    // RFC 9113 section 6.8: first a notice, so that requests which are under way still get their
    // answers; when the client has seen it (it answers the ping), the last word about which those
    // are.
    if (drain_began_) return;
    drain_began_ = now_;
    nghttp2_submit_shutdown_notice(nghttp2_.get());
    nghttp2_submit_ping(nghttp2_.get(), NGHTTP2_FLAG_NONE, drain_ping.data());
}

void Session::finish_drain() {
    if (!drain_began_ || std::exchange(is_drain_finished_, true)) return;
    nghttp2_submit_goaway(nghttp2_.get(), NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(nghttp2_.get()), NGHTTP2_NO_ERROR,
                          nullptr, 0);
}

// Waiting.

net::Sure<void> Session::wait() {
    if (has_more_input_ || has_more_output_) {
        co_await net::next_turn();
        co_return;
    }
    set_deadline(deadline());
    connection_.is_idle = streams_.empty();
    const bool for_writing = is_output_blocked_ ? !write_wants_read_ : read_wants_write_;
    const auto waited = co_await connection_.stream.wait(for_writing ? net::Readiness::writable
                                                                     : net::Readiness::readable);
    connection_.is_idle = false;
    if (std::exchange(is_output_blocked_, false) && waited)
        progress_ = std::chrono::steady_clock::now();
    if (!waited && !is_over_) on_deadline();
}

void Session::set_deadline(net::SteadyTime time) {
    // Only when ours has changed: the server may have set one itself, to end this connection.
    if (std::exchange(deadline_, time) != time) connection_.stream.set_deadline(time);
}

net::SteadyTime Session::deadline() const {
    auto soonest = net::SteadyTime::max();
    const auto consider = [&](net::SteadyTime time) { soonest = std::min(soonest, time); };
    const bool client_must_take = !output_.is_empty() || sending_ > deferred_;
    if (client_must_take) consider(progress_ + limits().write_timeout);
    if (!has_greeted_) consider(began_ + limits().header_timeout);
    if (head_stream_ != 0) consider(head_began_ + limits().header_timeout);
    if (drain_began_ && !is_drain_finished_) consider(*drain_began_ + drain_notice);
    if (streams_.empty()) consider(idle_since_ + limits().idle_timeout);
    if (lingering_ > 0)
        for (const auto& stream : streams_)
            if (stream->is_lingering()) consider(*stream->lingers_since + limits().linger_timeout);
    if (waiting_bodies_ > 0)
        for (const auto& stream : streams_) consider(stream->request_content.deadline());
    return soonest;
}

void Session::on_deadline() {
    now_ = std::chrono::steady_clock::now();
    const auto has_passed = [&](net::SteadyTime since, std::chrono::milliseconds limit) {
        return now_ >= since + limit;
    };
    const bool client_must_take = !output_.is_empty() || sending_ > deferred_;
    bool was_expected = false;
    // One case each, with a code of its own. NOLINTNEXTLINE(bugprone-branch-clone)
    if (client_must_take && has_passed(progress_, limits().write_timeout)) {
        say_goodbye(NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (!has_greeted_ && has_passed(began_, limits().header_timeout)) {
        say_goodbye(NGHTTP2_SETTINGS_TIMEOUT);
    } else if (head_stream_ != 0 && has_passed(head_began_, limits().header_timeout)) {
        say_goodbye(NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (streams_.empty() && has_passed(idle_since_, limits().idle_timeout)) {
        say_goodbye(NGHTTP2_NO_ERROR);
    }
    if (is_over_) return;
    if (drain_began_ && !is_drain_finished_ && has_passed(*drain_began_, drain_notice)) {
        finish_drain();
        was_expected = true;
    }
    for (const auto& stream : streams_) was_expected |= stream->request_content.check_time(now_);
    was_expected |= end_lingering();
    // Somebody ended the wait who may: the server that cannot wait longer, or a connection that
    // broke.
    if (!was_expected) say_goodbye(NGHTTP2_NO_ERROR);
}

// For the contents of requests.

void Session::invite(std::int32_t stream_id) {
    if (is_over_) return;
    static const std::array<nghttp2_nv, 1> fields{{make_field(
        ":status", "100", NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE)}};
    nghttp2_submit_headers(nghttp2_.get(), NGHTTP2_FLAG_NONE, stream_id, nullptr, fields.data(),
                           fields.size(), nullptr);
    flush_outside_turn();
}

void Session::took(std::int32_t stream_id, std::size_t count) {
    if (is_over_) return;
    nghttp2_session_consume(nghttp2_.get(), stream_id, count);
    flush_outside_turn();
}

net::SteadyTime Session::watch_body() {
    ++waiting_bodies_;
    const auto until = std::chrono::steady_clock::now() + limits().body_timeout;
    if (!is_in_turn_) set_deadline(std::min(deadline(), until));
    return until;
}

}  // namespace rhumb::http::h2
