/// The life of an HTTP/2 connection: handlers that take their time, deadlines, and its end.

#include <array>

#include <gtest/gtest.h>

#include "http/h2/testing.h"

namespace rhumb::http::h2 {
namespace {

using std::chrono::milliseconds;
using testing::Meeting;

/// A handler that answers when the test lets it.
struct Gated {
    net::Event gate;
    int begun = 0;
    int ended = 0;

    net::Sure<Response> answer() {
        ++begun;
        co_await gate.wait();
        ++ended;
        co_return text_response(200, "text/plain", "at last");
    }
    testing::FakeApplication::Answer handler() {
        return [this](Request&) { return answer(); };
    }
};

TEST(Http2Session, AnswersOthersWhileAHandlerTakesItsTime) {
    Meeting meeting;
    Gated slow;
    Gated slower;
    meeting.application.on("/slow", slow.handler());
    meeting.application.on("/slower", slower.handler());
    const auto first = meeting.client.get("/slow");
    const auto second = meeting.client.get("/slower");
    meeting.talk();

    EXPECT_EQ(meeting.ask("GET", "/quick").status, 404);
    EXPECT_EQ(meeting.client.reply(first).status, 0);

    slow.gate.notify();
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(first).body, "at last");
    slower.gate.notify();
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(second).body, "at last");
}

TEST(Http2Session, DropsTheAnswerToARequestThatWasReset) {
    Meeting meeting;
    Gated slow;
    meeting.application.on("/slow", slow.handler());
    const auto id = meeting.client.get("/slow");
    meeting.talk();
    meeting.client.reset(id);
    meeting.talk();
    EXPECT_TRUE(meeting.application.over.empty());

    slow.gate.notify();
    meeting.talk();

    EXPECT_EQ(slow.ended, 1);
    ASSERT_EQ(meeting.application.over.size(), 1);
    EXPECT_FALSE(meeting.application.over.front().second.complete);
    EXPECT_EQ(meeting.client.reply(id).status, 0);
    EXPECT_EQ(meeting.ask("GET", "/other").status, 404);
}

TEST(Http2Session, LastsUntilItsHandlersHaveEndedWhenTheClientGoesAway) {
    Meeting meeting;
    Gated slow;
    meeting.application.on("/slow", slow.handler());
    meeting.client.get("/slow");
    meeting.talk();

    meeting.stream.hang_up();
    meeting.serve();
    EXPECT_TRUE(meeting.stream.is_closed());
    EXPECT_FALSE(meeting.is_over());

    slow.gate.notify();
    meeting.serve();
    EXPECT_TRUE(meeting.is_over());
    EXPECT_EQ(slow.ended, 1);
    ASSERT_EQ(meeting.application.over.size(), 1);
    EXPECT_FALSE(meeting.application.over.front().second.complete);
}

net::Sure<Response> read_on(Request& request) {
    const auto body = co_await read_all(*request.body, 1'000'000);
    co_return text_response(body ? 200 : to_status(body.error().kind), "text/plain", "");
}

TEST(Http2Session, TellsAHandlerThatReadsWhenTheClientGoesAway) {
    for (const bool by_reset : {true, false}) {
        Meeting meeting{{}, 65'535, true};
        meeting.application.on("/read", read_on);
        const auto id = meeting.client.request("PUT", "/read", {}, std::string(5'000'000, 'x'));
        meeting.stream.send(meeting.client.to_send().substr(0, 40'000));
        meeting.serve();
        EXPECT_TRUE(meeting.application.over.empty());

        if (by_reset) {
            (void)id;
            meeting.stream.hang_up();
        } else {
            meeting.stream.expire();  // nothing was due: the server itself ends the connection
        }
        meeting.serve();

        EXPECT_TRUE(meeting.is_over());
        EXPECT_EQ(meeting.application.over.size(), 1);
    }
}

TEST(Http2Session, RefusesMoreStreamsThanTheLimit) {
    Limits limits;
    limits.streams_max = 3;
    Meeting meeting{limits};
    std::array<Gated, 5> gates;
    for (std::size_t i = 0; i < gates.size(); ++i) {
        const auto path = "/" + std::to_string(i);
        meeting.application.on(path, gates[i].handler());
        meeting.client.get(path);
    }
    meeting.stream.send(meeting.client.to_send());  // the client has not seen our settings yet

    meeting.talk();

    EXPECT_EQ(meeting.client.settings().at(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS), 3);
    EXPECT_EQ(meeting.application.seen.size(), 3);
    EXPECT_EQ(meeting.client.reply(7).reset, NGHTTP2_REFUSED_STREAM);
    EXPECT_EQ(meeting.client.reply(9).reset, NGHTTP2_REFUSED_STREAM);
    for (std::size_t i = 0; i < 3; ++i) gates[i].gate.notify();
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(1).body, "at last");
    EXPECT_EQ(meeting.client.reply(5).body, "at last");
}

TEST(Http2Session, CountsHandlersOfResetStreamsAgainstTheLimit) {
    Limits limits;
    limits.streams_max = 2;
    Meeting meeting{limits};
    std::vector<std::unique_ptr<Gated>> gates;
    meeting.application.on("/slow", [&](Request&) {
        gates.push_back(std::make_unique<Gated>());
        return gates.back()->answer();
    });
    meeting.talk();
    for (int i = 0; i < 10; ++i) {
        const auto id = meeting.client.get("/slow");
        meeting.talk();
        meeting.client.reset(id);
        meeting.talk();
    }
    EXPECT_EQ(gates.size(), 2);  // the others were given up before their turn, and cost nothing

    const auto last = meeting.client.get("/slow");
    meeting.talk();
    EXPECT_EQ(gates.size(), 2);
    gates[0]->gate.notify();
    meeting.talk();
    ASSERT_EQ(gates.size(), 3);
    gates[2]->gate.notify();
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(last).body, "at last");
    gates[1]->gate.notify();
    meeting.talk();
}

TEST(Http2Session, EndsAClientThatDoesNotSpeakHttp2) {
    Meeting meeting;
    meeting.stream.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    meeting.serve();
    EXPECT_TRUE(meeting.is_over());
    EXPECT_TRUE(meeting.application.seen.empty());
}

TEST(Http2Session, EndsAClientThatSaysNothing) {
    Limits limits;
    limits.header_timeout = milliseconds{0};
    Meeting meeting{limits};
    meeting.serve();
    EXPECT_FALSE(meeting.is_over());
    meeting.stream.expire();
    meeting.serve();
    EXPECT_TRUE(meeting.is_over());
}

TEST(Http2Session, EndsAClientThatStopsWithinAHead) {
    Limits limits;
    limits.header_timeout = milliseconds{0};
    Meeting meeting{limits};
    meeting.talk();
    meeting.client.get("/hello");
    auto bytes = meeting.client.to_send();
    bytes[4] = 1;  // no END_HEADERS: a CONTINUATION should follow
    meeting.stream.send(bytes);
    meeting.serve();
    EXPECT_FALSE(meeting.is_over());

    meeting.expire();

    EXPECT_TRUE(meeting.is_over());
    EXPECT_EQ(meeting.client.goaway(), NGHTTP2_ENHANCE_YOUR_CALM);
}

TEST(Http2Session, EndsInOrderWhenIdle) {
    Limits limits;
    limits.idle_timeout = milliseconds{0};
    Meeting meeting{limits};
    EXPECT_EQ(meeting.ask("GET", "/").status, 404);
    EXPECT_FALSE(meeting.is_over());

    meeting.expire();

    EXPECT_TRUE(meeting.is_over());
    EXPECT_EQ(meeting.client.goaway(), NGHTTP2_NO_ERROR);
    EXPECT_EQ(meeting.client.goaway_last_stream(), 1);
}

TEST(Http2Session, IsNotIdleWhileAHandlerTakesItsTime) {
    Meeting meeting;
    Gated slow;
    meeting.application.on("/slow", slow.handler());
    meeting.client.get("/slow");
    meeting.talk();
    EXPECT_EQ(meeting.stream.deadline(), net::SteadyTime::max());
    slow.gate.notify();
    meeting.talk();
    EXPECT_LT(meeting.stream.deadline(), net::SteadyTime::max());
}

TEST(Http2Session, EndsAClientThatTakesNothingFromItsSocket) {
    Limits limits;
    limits.write_timeout = milliseconds{0};
    Meeting meeting{limits};
    meeting.application.on("/hello", [] { return text_response(200, "text/plain", "hello"); });
    meeting.talk();
    meeting.stream.set_room(10);
    meeting.client.get("/hello");
    meeting.stream.send(meeting.client.to_send());
    meeting.serve();
    EXPECT_FALSE(meeting.is_over());

    meeting.stream.expire();
    meeting.serve();

    EXPECT_TRUE(meeting.is_over());
    ASSERT_EQ(meeting.application.over.size(), 1);
    EXPECT_FALSE(meeting.application.over.front().second.complete);
}

TEST(Http2Session, EndsAClientThatKeepsItsWindowsShut) {
    Limits limits;
    limits.write_timeout = milliseconds{0};
    Meeting meeting{limits, 0, true};
    meeting.application.on("/hello", [] { return text_response(200, "text/plain", "hello"); });
    meeting.client.get("/hello");
    meeting.talk();
    EXPECT_FALSE(meeting.is_over());

    meeting.expire();

    EXPECT_TRUE(meeting.is_over());
}

TEST(Http2Session, GoesOnWhenTheSocketTakesMoreAgain) {
    Meeting meeting{{}, 1'000'000};
    meeting.application.on(
        "/large", [] { return text_response(200, "text/plain", std::string(200'000, 'x')); });
    nghttp2_session_set_local_window_size(meeting.client.session(), NGHTTP2_FLAG_NONE, 0,
                                          1'000'000);
    meeting.talk();
    meeting.stream.set_room(1000);
    const auto id = meeting.client.get("/large");
    for (int i = 0; i < 500 && !meeting.client.reply(id).is_complete; ++i) {
        meeting.talk();
        meeting.stream.set_room(1000);
    }
    EXPECT_EQ(meeting.client.reply(id).body.size(), 200'000);
    ASSERT_EQ(meeting.application.over.size(), 1);
    EXPECT_TRUE(meeting.application.over.front().second.complete);
}

TEST(Http2Session, DrainsInTwoStepsAndFinishesWhatWasBegun) {
    Meeting meeting;
    Gated slow;
    meeting.application.on("/slow", slow.handler());
    const auto id = meeting.client.get("/slow");
    meeting.talk();

    meeting.is_draining = true;
    meeting.stream.wake();
    meeting.serve();
    meeting.client.receive(meeting.stream.take());
    EXPECT_EQ(meeting.client.goaways(), 1);
    EXPECT_EQ(meeting.client.goaway_last_stream(), 0x7FFF'FFFF);

    meeting.talk();
    EXPECT_EQ(meeting.client.goaways(), 2);
    EXPECT_EQ(meeting.client.goaway(), NGHTTP2_NO_ERROR);
    EXPECT_EQ(meeting.client.goaway_last_stream(), id);
    EXPECT_FALSE(meeting.is_over());

    slow.gate.notify();
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(id).body, "at last");
    EXPECT_TRUE(meeting.is_over());
}

TEST(Http2Session, DrainsAtOnceWhenIdle) {
    Meeting meeting;
    EXPECT_EQ(meeting.ask("GET", "/").status, 404);
    meeting.is_draining = true;
    meeting.stream.wake();
    meeting.talk();
    EXPECT_TRUE(meeting.is_over());
    EXPECT_EQ(meeting.client.goaway(), NGHTTP2_NO_ERROR);
}

/// Where the first frame of that kind begins in bytes that begin with a frame.
std::size_t find_frame(std::string_view bytes, std::uint8_t kind) {
    constexpr std::size_t head_size = 9;  // RFC 9113 section 4.1
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    for (std::size_t begin = 0; begin + head_size <= bytes.size();) {
        if (at(begin + 3) == kind) return begin;
        begin += head_size + (std::size_t{at(begin)} << 16U) + (std::size_t{at(begin + 1)} << 8U) +
                 at(begin + 2);
    }
    ADD_FAILURE() << "no frame of kind " << int{kind};
    return bytes.size();
}

TEST(Http2Session, EndsInOrderAfterAnAnswerThatSaysSo) {
    Meeting meeting;
    meeting.application.on("/elsewhere", [] {
        auto response = text_response(421, "text/plain", "elsewhere");
        response.headers.set("connection", "close");
        return response;
    });
    meeting.talk();
    const auto id = meeting.client.get("/elsewhere");
    meeting.stream.send(meeting.client.to_send());
    meeting.serve();
    const auto said = meeting.stream.take();
    // The notice comes first: who comes again upon the answer does not take this connection.
    EXPECT_LT(find_frame(said, NGHTTP2_GOAWAY), find_frame(said, NGHTTP2_HEADERS));
    meeting.client.receive(said);
    EXPECT_EQ(meeting.client.reply(id).status, 421);
    EXPECT_EQ(meeting.client.reply(id).body, "elsewhere");
    EXPECT_FALSE(meeting.client.reply(id).fields.contains("connection"));
    meeting.talk();
    EXPECT_EQ(meeting.client.goaway(), NGHTTP2_NO_ERROR);
    EXPECT_TRUE(meeting.is_over());
}

TEST(Http2Session, EndsInOrderAfterAsManyRequestsAsItMayServe) {
    Limits limits;
    limits.requests_max = 3;
    Meeting meeting{limits};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(meeting.ask("GET", "/").status, 404) << i;
    EXPECT_TRUE(meeting.is_over());
    EXPECT_EQ(meeting.client.goaway(), NGHTTP2_NO_ERROR);
}

TEST(Http2Session, IsIdleBetweenRequestsOnly) {
    Meeting meeting;
    Gated slow;
    meeting.application.on("/slow", slow.handler());
    meeting.talk();
    EXPECT_TRUE(meeting.is_idle());
    meeting.client.get("/slow");
    meeting.talk();
    EXPECT_FALSE(meeting.is_idle());
    slow.gate.notify();
    meeting.talk();
    EXPECT_TRUE(meeting.is_idle());
}

TEST(Http2Session, EndsWhenTheServerNeedsItsDescriptor) {
    Meeting meeting;
    meeting.talk();
    meeting.stream.set_deadline(net::SteadyTime::min());
    meeting.stream.wake();
    meeting.talk();
    EXPECT_TRUE(meeting.is_over());
    EXPECT_EQ(meeting.client.goaway(), NGHTTP2_NO_ERROR);
}

TEST(Http2Session, MayEndWithItsLoop) {
    Gated slow;
    {
        Meeting meeting;
        meeting.application.on("/slow", slow.handler());
        meeting.client.get("/slow");
        meeting.talk();
        slow.gate.abandon();
        meeting.leave_open();
    }
    EXPECT_EQ(slow.begun, 1);
    EXPECT_EQ(slow.ended, 0);
}

}  // namespace
}  // namespace rhumb::http::h2
