#pragma once
/// RequestContent: the body of one HTTP/2 request, kept while its handler has not yet read it. How
/// much it can hold is bounded by the window of the stream, which opens again as the handler reads.

#include <cstdint>
#include <optional>
#include <string>

#include "http/message.h"
#include "net/event.h"
#include "net/stream.h"

namespace rhumb::http::h2 {

class Session;

class RequestContent final : public RequestBody {
public:
    RequestContent(Session& session, std::int32_t stream_id)
        : session_{session}, stream_id_{stream_id} {}

    net::Task<std::string_view> read() override;

    // For the session.

    /// Why the content cannot be had, though the client waits for an answer.
    struct Failure {
        int status;
        std::string why;
    };
    std::optional<Failure> failure() const;

    /// What the head said. `must_invite`: the client waits for 100 (Continue).
    void expect(std::optional<std::uint64_t> declared, bool must_invite);
    void add(std::string_view piece);
    void end();
    /// No more will come: the stream was reset, or the connection broke.
    void break_off();
    /// Nobody will read what has arrived or will; says how much was waiting.
    std::size_t discard();
    void abandon() { change_.abandon(); }
    /// True when the one who waits has waited long enough at `now`: its read() fails.
    bool check_time(net::SteadyTime now);

    /// When the wait for the next piece ends; never, when nobody waits.
    net::SteadyTime deadline() const { return deadline_; }
    bool has_ended() const { return has_ended_; }
    bool is_discarded() const { return is_discarded_; }

private:
    bool is_too_large() const;
    Result<void> check() const;

    Session& session_;
    std::int32_t stream_id_;
    std::string arrived_;
    std::string handed_;  ///< what the handler holds a view of
    net::Event change_;
    std::optional<std::uint64_t> declared_;
    std::uint64_t received_ = 0;
    net::SteadyTime deadline_ = net::SteadyTime::max();
    bool must_invite_ = false;
    bool has_ended_ = false;
    bool is_broken_ = false;
    bool is_late_ = false;
    bool is_discarded_ = false;
};

}  // namespace rhumb::http::h2
