/// Clients that want to make work rather than have it done.

#include <gtest/gtest.h>

#include "http/h2/testing.h"

namespace rhumb::http::h2 {
namespace {

using testing::Fields;
using testing::Meeting;

/// A frame as the wire has it (RFC 9113 section 4.1).
std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  std::string_view payload) {
    std::string bytes;
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift);
    bytes += static_cast<char>(type);
    bytes += static_cast<char>(flags);
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift);
    return bytes.append(payload);
}

/// The error code of the last GOAWAY among the server's frames. (A client that is flooded with
/// answers may not see it.)
std::optional<std::uint32_t> find_goaway(std::string_view bytes) {
    std::optional<std::uint32_t> code;
    while (bytes.size() >= 9) {
        const auto byte = [&](std::size_t at) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at]));
        };
        const auto size = 9 + (byte(0) << 16U) + (byte(1) << 8U) + byte(2);
        if (byte(3) == NGHTTP2_GOAWAY) code = byte(16);  // the codes are small numbers
        bytes.remove_prefix(std::min<std::size_t>(size, bytes.size()));
    }
    return code;
}

/// Sends `bytes` again and again, reading all answers; says how many times until the connection
/// ended.
int flood(Meeting& meeting, std::string_view bytes, int times) {
    for (int i = 0; i < times; ++i) {
        if (meeting.is_over()) return i;
        meeting.stream.send(bytes);
        meeting.serve();
        if (meeting.is_over()) return i;
        meeting.stream.take();
    }
    return times;
}

void expect_calm(Meeting& meeting) {
    EXPECT_TRUE(meeting.is_over());
    EXPECT_EQ(find_goaway(meeting.stream.take()), NGHTTP2_ENHANCE_YOUR_CALM);
}

TEST(Http2Flood, OfResetsEndsTheConnection) {  // CVE-2023-44487
    Meeting meeting;
    meeting.talk();
    int resets = 0;
    for (; resets < 5000 && !meeting.is_over(); ++resets) {
        const auto id = meeting.client.get("/");
        const auto head = meeting.client.to_send();
        meeting.client.reset(id);
        meeting.stream.send(head + meeting.client.to_send());  // one read: reset before its turn
        meeting.serve();
        if (!meeting.is_over()) meeting.client.receive(meeting.stream.take());
    }
    EXPECT_LT(resets, 1500);
    EXPECT_TRUE(meeting.application.seen.empty());
    expect_calm(meeting);
}

TEST(Http2Flood, IsNotWhatAMapDoesThatIsDraggedAbout) {
    Meeting meeting;
    meeting.application.on("/tile",
                           [] { return text_response(200, "image/png", std::string(1000, 'x')); });
    meeting.talk();
    for (int i = 0; i < 3000; ++i) {  // for each tile that is taken, one is given up
        EXPECT_EQ(meeting.ask("GET", "/tile").status, 200);
        const auto given_up = meeting.client.get("/tile");
        meeting.stream.send(meeting.client.to_send());
        meeting.client.reset(given_up);
        meeting.talk();
        ASSERT_FALSE(meeting.is_over()) << i;
    }
}

TEST(Http2Flood, OfResetsThatWeAreMadeToSendEndsTheConnection) {  // CVE-2025-8671
    Meeting meeting;
    meeting.talk();
    int resets = 0;
    for (; resets < 5000 && !meeting.is_over(); ++resets) {
        const auto id = meeting.client.get("/");
        // A window update of zero breaks the protocol on this stream.
        meeting.stream.send(meeting.client.to_send() + frame(NGHTTP2_WINDOW_UPDATE, 0,
                                                             static_cast<std::uint32_t>(id),
                                                             std::string(4, '\0')));
        meeting.serve();
        meeting.client.receive(meeting.stream.take());
    }
    EXPECT_LT(resets, 1500);
    EXPECT_TRUE(meeting.is_over());
}

TEST(Http2Flood, OfFramesWithoutUseEndsTheConnection) {
    struct Case {
        const char* name;
        std::string bytes;
        int tolerated;
    };
    for (const auto& c :
         {Case{"ping", frame(NGHTTP2_PING, 0, 0, "12345678"), 1200},
          Case{"ping answers", frame(NGHTTP2_PING, 1, 0, "12345678"), 1200},
          Case{"settings", frame(NGHTTP2_SETTINGS, 0, 0, ""), 300},
          Case{"window update", frame(NGHTTP2_WINDOW_UPDATE, 0, 0, std::string("\0\0\0\1", 4)),
               5000},
          Case{"priority", frame(NGHTTP2_PRIORITY, 0, 3, std::string(5, '\0')), 5000}}) {
        SCOPED_TRACE(c.name);
        Meeting meeting;
        meeting.talk();
        EXPECT_LT(flood(meeting, c.bytes, 10'000), c.tolerated);
        expect_calm(meeting);
    }
}

net::Sure<Response> read_all_of_it(Request& request) {
    (void)co_await read_all(*request.body, 1'000'000);
    co_return Response{};
}

TEST(Http2Flood, OfEmptyDataEndsTheConnection) {
    for (const auto* payload : {"", "x"}) {
        Meeting meeting;
        meeting.application.on("/", read_all_of_it);
        meeting.talk();
        const auto id = meeting.client.request("PUT", "/", {}, std::string(100'000'000, 'x'));
        auto head = meeting.client.to_send();
        meeting.stream.send(std::string_view{head}.substr(0, head.find("xxxx") - 9));
        meeting.serve();
        EXPECT_LT(
            flood(meeting, frame(NGHTTP2_DATA, 0, static_cast<std::uint32_t>(id), payload), 10'000),
            5'000);
        expect_calm(meeting);
    }
}

TEST(Http2Flood, OfContinuationsEndsTheConnection) {  // CVE-2024-27316 and others
    Meeting meeting;
    meeting.talk();
    meeting.stream.send(frame(NGHTTP2_HEADERS, 0, 1, "\x82"));
    int sent = 0;
    while (sent < 100 && !meeting.is_over()) {
        meeting.stream.send(frame(NGHTTP2_CONTINUATION, 0, 1, ""));
        meeting.serve();
        ++sent;
    }
    EXPECT_LT(sent, 20);
}

TEST(Http2Flood, OfFieldsThatTakeAByteEachEndsTheConnection) {  // the HPACK bomb
    Meeting meeting;
    meeting.talk();
    // A field of 3800 bytes goes into the table; each byte 0xBE (index 62) after it stands for the
    // whole of it.
    std::string block =
        "\x82\x87\x84\x41\x01"
        "a";
    block += std::string(
                 "\x40\x01"
                 "b"
                 "\x7F\xD9\x1C",
                 6) +
             std::string(3800, 'c');
    block += std::string(9000, '\xBE');
    meeting.stream.send(
        frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, block));
    meeting.serve();
    expect_calm(meeting);
    EXPECT_TRUE(meeting.application.seen.empty());
}

TEST(Http2Flood, OfPingsWhoseAnswersNobodyTakesEndsOrStops) {
    Meeting meeting;
    meeting.talk();
    meeting.stream.set_room(0);
    std::string pings;
    for (int i = 0; i < 2000; ++i) pings += frame(NGHTTP2_PING, 0, 0, "12345678");
    meeting.stream.send(pings);
    meeting.serve();
    EXPECT_TRUE(meeting.is_over());
}

}  // namespace
}  // namespace rhumb::http::h2
