/// The content of requests, and flow control both ways (RFC 9113 section 5.2).

#include <gtest/gtest.h>

#include "http/h2/testing.h"

namespace rhumb::http::h2 {
namespace {

using testing::Fields;
using testing::Meeting;

net::Sure<Response> echo(Request& request) {
    const auto body = co_await read_all(*request.body, 10'000'000);
    if (!body)
        co_return text_response(to_status(body.error().kind), "text/plain", body.error().message);
    co_return text_response(200, "application/octet-stream", *body);
}

/// Reads one piece, says its size, and does not care for the rest.
net::Sure<Response> taste(Request& request) {
    const auto piece = co_await request.body->read();
    co_return text_response(200, "text/plain", piece ? "tasted" : piece.error().message);
}

TEST(Http2Content, ReachesTheHandler) {
    Meeting meeting;
    meeting.application.on("/echo", echo);

    EXPECT_EQ(meeting.ask("POST", "/echo", {{"content-length", "5"}}, "hello").body, "hello");
    EXPECT_EQ(meeting.ask("POST", "/echo", {}, "hello").body, "hello");
    EXPECT_EQ(meeting.ask("POST", "/echo", {}, "").body, "");
    EXPECT_EQ(meeting.ask("POST", "/echo").body, "");
}

TEST(Http2Content, IsReadThroughWindowsThatOpenAgain) {
    Meeting meeting;
    meeting.application.on("/echo", echo);
    std::string large;
    for (int i = 0; large.size() < 3'000'000; ++i) large += std::to_string(i);

    const auto reply = meeting.ask("PUT", "/echo", {}, large);

    EXPECT_TRUE(reply.body == large);
    EXPECT_TRUE(reply.is_complete);
}

TEST(Http2Content, IsHeldBackWhileNobodyReads) {
    Meeting meeting;
    net::Event gate;
    struct Slow {
        static net::Sure<Response> answer(net::Event& gate, Request& request) {
            co_await gate.wait();
            co_return co_await echo(request);
        }
    };
    meeting.application.on("/slow", [&](Request& request) { return Slow::answer(gate, request); });
    const auto id = meeting.client.request("PUT", "/slow", {}, std::string(2'000'000, 'x'));

    meeting.talk();
    const auto sent = nghttp2_session_get_stream_remote_window_size(meeting.client.session(), id);
    EXPECT_EQ(sent, 0);  // the client has used up the window of the stream, and gets no more

    gate.notify();
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(id).body.size(), 2'000'000);
}

TEST(Http2Content, OfAnAbandonedRequestDoesNotEatTheWindowOfTheOthers) {
    Limits limits;
    limits.linger_timeout = std::chrono::milliseconds{0};
    Meeting meeting{limits};
    meeting.application.on("/echo", echo);
    meeting.application.on("/deaf", [] { return text_response(200, "text/plain", "no"); });
    for (int i = 0; i < 12; ++i) {
        const auto id = meeting.client.request("PUT", "/deaf", {}, std::string(500'000, 'x'));
        meeting.talk();
        EXPECT_EQ(meeting.client.reply(id).status, 200);
        EXPECT_FALSE(meeting.client.reply(id).reset) << "it may see the answer first";
        const auto window =
            nghttp2_session_get_stream_remote_window_size(meeting.client.session(), id);
        EXPECT_EQ(window, 0) << "it may send no more than that";
        meeting.expire();
        EXPECT_EQ(meeting.client.reply(id).reset.value_or(99),
                  NGHTTP2_NO_ERROR);  // RFC 9113 section 8.1
    }
    EXPECT_EQ(meeting.ask("PUT", "/echo", {}, std::string(900'000, 'x')).body.size(), 900'000);
}

TEST(Http2Content, IsInvitedOnlyWhenTheHandlerReads) {
    Meeting meeting;
    meeting.application.on("/echo", echo);
    meeting.application.on("/deaf", [] { return text_response(403, "text/plain", "no"); });
    const Fields expecting{{":method", "PUT"},
                           {":scheme", "https"},
                           {":authority", "a"},
                           {":path", "/echo"},
                           {"expect", "100-continue"}};
    const Fields refused{{":method", "PUT"},
                         {":scheme", "https"},
                         {":authority", "a"},
                         {":path", "/deaf"},
                         {"expect", "100-continue"}};

    // A client that waits: a head, and content only later.
    std::vector<nghttp2_nv> list;
    const auto send_head = [&](const Fields& fields) {
        list.clear();
        for (const auto& [name, value] : fields)
            list.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                            reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())),
                            name.size(), value.size(), 0});
        return nghttp2_submit_headers(meeting.client.session(), NGHTTP2_FLAG_NONE, -1, nullptr,
                                      list.data(), list.size(), nullptr);
    };
    const auto id = send_head(expecting);
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(id).early, std::vector{100});
    EXPECT_EQ(meeting.client.reply(id).status, 0);

    const auto other = send_head(refused);
    meeting.talk();
    EXPECT_TRUE(meeting.client.reply(other).early.empty());
    EXPECT_EQ(meeting.client.reply(other).status, 403);
}

TEST(Http2Content, LargerThanTheLimitIsRefused) {
    Limits limits;
    limits.body_bytes_max = 1000;
    Meeting meeting{limits};
    meeting.application.on("/echo", echo);

    EXPECT_EQ(meeting.ask("PUT", "/echo", {}, std::string(1001, 'x')).status, 413);
    EXPECT_EQ(
        meeting.ask("PUT", "/echo", {{"content-length", "5000"}}, std::string(5000, 'x')).status,
        413);
    EXPECT_EQ(meeting.ask("PUT", "/echo", {}, std::string(1000, 'x')).status, 200);
}

TEST(Http2Content, ThatContradictsItsLengthResetsTheStream) {
    Meeting meeting;
    meeting.application.on("/echo", echo);
    EXPECT_EQ(meeting.ask("PUT", "/echo", {{"content-length", "7"}}, "hello").reset,
              NGHTTP2_PROTOCOL_ERROR);
    EXPECT_EQ(meeting.ask("PUT", "/echo", {{"content-length", "3"}}, "hello").reset,
              NGHTTP2_PROTOCOL_ERROR);
    EXPECT_EQ(meeting.ask("GET", "/echo", {{"content-length", "3"}}).reset, NGHTTP2_PROTOCOL_ERROR);
    EXPECT_EQ(meeting.ask("PUT", "/echo", {}, "hello").body, "hello");
}

TEST(Http2Content, ThatStopsArrivingIsAnsweredWithATimeout) {
    Limits limits;
    limits.body_timeout = std::chrono::milliseconds{0};
    limits.linger_timeout = std::chrono::milliseconds{0};
    Meeting meeting{limits};
    meeting.application.on("/echo", echo);
    meeting.talk();
    const Fields head{
        {":method", "PUT"}, {":scheme", "https"}, {":authority", "a"}, {":path", "/echo"}};
    std::vector<nghttp2_nv> list;
    for (const auto& [name, value] : head)
        list.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                        reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                        value.size(), 0});
    const auto id = nghttp2_submit_headers(meeting.client.session(), NGHTTP2_FLAG_NONE, -1, nullptr,
                                           list.data(), list.size(), nullptr);
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(id).status, 0);
    EXPECT_LT(meeting.stream.deadline(), net::SteadyTime::max());

    meeting.expire();

    EXPECT_EQ(meeting.client.reply(id).status, 408);
    meeting.expire();
    EXPECT_EQ(meeting.client.reply(id).reset, NGHTTP2_NO_ERROR);
    EXPECT_FALSE(meeting.is_over());  // the others need not suffer
}

TEST(Http2Content, MayBeLeftUnreadInPart) {
    Meeting meeting;
    meeting.application.on("/taste", taste);
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(meeting.ask("PUT", "/taste", {}, std::string(400'000, 'x')).body, "tasted") << i;
}

TEST(Http2Content, WaitsForTheWindowsOfTheClient) {
    Meeting meeting{{}, 1000, true};
    meeting.application.on(
        "/large", [] { return text_response(200, "text/plain", std::string(100'000, 'x')); });
    const auto id = meeting.client.get("/large");
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(id).body.size(), 1000);

    for (int i = 0; i < 99; ++i) {
        nghttp2_session_consume(meeting.client.session(), id, 1000);
        meeting.talk();
    }
    EXPECT_EQ(meeting.client.reply(id).body.size(), 100'000);
    EXPECT_TRUE(meeting.client.reply(id).is_complete);
}

TEST(Http2Content, OfOtherResponsesPassesOneThatTheClientDoesNotTake) {
    Meeting meeting{{}, 1000, true};
    meeting.application.on(
        "/large", [] { return text_response(200, "text/plain", std::string(5'000, 'x')); });
    meeting.application.on("/small", [] { return text_response(200, "text/plain", "small"); });
    const auto large = meeting.client.get("/large");
    meeting.talk();
    EXPECT_EQ(meeting.ask("GET", "/small").body, "small");
    EXPECT_FALSE(meeting.client.reply(large).is_complete);
}

}  // namespace
}  // namespace rhumb::http::h2
