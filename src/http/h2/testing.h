#pragma once
/// For tests: an HTTP/2 client and a served connection, face to face in memory.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "base/handle.h"
#include "http/connection.h"
#include "http/h2/serve.h"
#include "net/event.h"
#include "net/manual_loop.h"
#include "net/memory_stream.h"
#include "net/spawn.h"

namespace rhumb::http::h2::testing {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// An application that answers as the test says, and notes what it is told.
class FakeApplication final : public Application {
public:
    using Answer = std::function<net::Sure<Response>(Request&)>;

    /// For requests to `path`.
    void on(std::string path, Answer answer) { answers_[std::move(path)] = std::move(answer); }
    /// The same with a response that is ready at once.
    void on(std::string path, std::function<Response()> make);

    net::Sure<Response> respond(Request& request) override;
    void finished(const Request& request, const Exchange& exchange) override;

    struct Seen {
        std::string method, path, query, host, cookie;
        Headers headers;
    };
    std::vector<Seen> seen;
    std::vector<std::pair<std::string, Exchange>> over;  ///< path, and what came of it

private:
    std::map<std::string, Answer> answers_;
};

/// What the client got on a stream.
struct Reply {
    int status = 0;
    std::vector<int> early;  ///< 1xx
    std::map<std::string, std::string> fields;
    std::string body;
    bool is_complete = false;
    std::optional<std::uint32_t> reset;
};

/// A client's HTTP/2 session whose bytes the test carries.
class Client {
public:
    /// `window`: the initial window of its streams. `pauses_reading`: windows open only as the test
    /// says.
    explicit Client(std::uint32_t window = 65'535, bool pauses_reading = false);

    /// Sends a request; without `body` it ends with its head.
    std::int32_t request(std::string_view method, std::string_view path, const Fields& fields = {},
                         std::optional<std::string> body = {});
    std::int32_t get(std::string_view path) { return request("GET", path); }
    /// A request whose fields are just these, pseudo-fields and all.
    std::int32_t raw_request(const Fields& fields, bool ends);
    void reset(std::int32_t stream, std::uint32_t code = NGHTTP2_CANCEL);

    std::string to_send();
    void receive(std::string_view bytes);

    nghttp2_session* session() { return session_.get(); }
    Reply& reply(std::int32_t stream) { return replies_[stream]; }
    std::optional<std::uint32_t> goaway() const { return goaway_; }
    std::int32_t goaway_last_stream() const { return goaway_last_stream_; }
    int goaways() const { return goaways_; }
    const std::map<std::int32_t, std::uint32_t>& settings() const { return settings_; }
    /// The stream of each data frame, in order.
    const std::vector<std::int32_t>& data_order() const { return data_order_; }

private:
    friend struct ClientCallbacks;

    Handle<nghttp2_session, nghttp2_session_del> session_;
    std::map<std::int32_t, Reply> replies_;
    std::map<std::int32_t, std::string> bodies_;  ///< still to be sent
    std::map<std::int32_t, std::uint32_t> settings_;
    std::vector<std::int32_t> data_order_;
    std::optional<std::uint32_t> goaway_;
    std::int32_t goaway_last_stream_ = -1;
    int goaways_ = 0;
};

/// A served connection with a client at its other end.
class Meeting {
public:
    explicit Meeting(Limits limits = {}, std::uint32_t window = 65'535,
                     bool pauses_reading = false);
    ~Meeting();

    /// Lets both talk until neither has more to say.
    void talk();
    /// Lets the server alone go on.
    void serve() {
        loop.restart();
        loop.poll();
    }
    /// The deadline passes, and both talk.
    void expire();
    /// A request and its reply.
    Reply ask(std::string_view method, std::string_view path, const Fields& fields = {},
              std::optional<std::string> body = {});
    bool is_over() const { return is_over_; }
    bool is_idle() const { return connection_.is_idle; }
    /// Lets the loop end before the connection.
    void leave_open() { is_left_open_ = true; }

    net::testing::MemoryStream stream;
    FakeApplication application;
    Client client;
    std::atomic<bool> is_draining = false;

private:
    Limits limits_;
    Channel channel_;
    ManualClock clock_{Seconds{std::chrono::seconds{1'800'000'000}}};
    DateText date_text_;
    Connection connection_;
    bool is_over_ = false;
    bool is_left_open_ = false;

public:
    net::ManualLoop loop{1};  ///< ends first: what is served refers to the others
};

}  // namespace rhumb::http::h2::testing
