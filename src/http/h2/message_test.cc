/// Requests and responses over HTTP/2 (RFC 9113 section 8).

#include <cstdlib>

#include <unistd.h>

#include <gtest/gtest.h>

#include "http/h2/testing.h"

namespace rhumb::http::h2 {
namespace {

using testing::Fields;
using testing::Meeting;

Response with_body(Body body, int status = 200) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

TEST(Http2Message, AnswersAGet) {
    Meeting meeting;
    meeting.application.on("/hello", [] { return text_response(200, "text/plain", "hello\n"); });

    const auto reply = meeting.ask("GET", "/hello?f=json", {{"accept", "*/*"}});

    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "hello\n");
    EXPECT_TRUE(reply.is_complete);
    EXPECT_FALSE(reply.reset);
    EXPECT_EQ(reply.fields.at("content-type"), "text/plain");
    EXPECT_EQ(reply.fields.at("content-length"), "6");
    EXPECT_EQ(reply.fields.at("date"), "Fri, 15 Jan 2027 08:00:00 GMT");
    ASSERT_EQ(meeting.application.seen.size(), 1);
    const auto& seen = meeting.application.seen.front();
    EXPECT_EQ(seen.method, "GET");
    EXPECT_EQ(seen.path, "/hello");
    EXPECT_EQ(seen.query, "f=json");
    EXPECT_EQ(seen.host, "maps.test");
    ASSERT_EQ(meeting.application.over.size(), 1);
    EXPECT_EQ(meeting.application.over.front().second.status, 200);
    EXPECT_EQ(meeting.application.over.front().second.bytes_sent, 6);
    EXPECT_TRUE(meeting.application.over.front().second.complete);
}

TEST(Http2Message, AnswersWhatIsReadyInOneWrite) {
    Meeting meeting;
    meeting.application.on("/hello", [] { return text_response(200, "text/plain", "hello\n"); });
    meeting.talk();
    for (int i = 0; i < 20; ++i) meeting.client.get("/hello");
    const auto before = meeting.stream.writes();

    meeting.stream.send(meeting.client.to_send());
    meeting.serve();

    EXPECT_EQ(meeting.stream.writes() - before, 1);
    meeting.talk();
    for (std::int32_t id = 1; id <= 39; id += 2)
        EXPECT_EQ(meeting.client.reply(id).body, "hello\n") << id;
}

TEST(Http2Message, LeavesTheContentOutForHead) {
    Meeting meeting;
    meeting.application.on("/hello", [] { return text_response(200, "text/plain", "hello\n"); });

    const auto reply = meeting.ask("HEAD", "/hello");

    EXPECT_EQ(reply.fields.at("content-length"), "6");
    EXPECT_EQ(reply.body, "");
    EXPECT_TRUE(reply.is_complete);
}

TEST(Http2Message, LeavesContentLengthOutWhereItHasNoMeaning) {
    Meeting meeting;
    for (const int status : {204, 304}) {
        meeting.application.on("/it", [status] { return with_body({}, status); });
        const auto reply = meeting.ask("GET", "/it");
        EXPECT_EQ(reply.status, status);
        EXPECT_FALSE(reply.fields.contains("content-length"));
        EXPECT_TRUE(reply.is_complete);
    }
    meeting.application.on("/it", [] { return with_body({}); });
    EXPECT_EQ(meeting.ask("GET", "/it").fields.at("content-length"), "0");
}

TEST(Http2Message, WritesNamesInLowerCaseAndDropsFieldsOfHttp1Connections) {
    Meeting meeting;
    meeting.application.on("/it", [] {
        auto response = text_response(200, "text/plain", "x");
        for (const auto* name :
             {"Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Proxy-Connection"})
            response.headers.add(name, "x");
        response.headers.add("X-Mixed-Case", "Stays As It Is");
        return response;
    });

    const auto reply = meeting.ask("GET", "/it");

    EXPECT_EQ(reply.fields.at("x-mixed-case"), "Stays As It Is");
    for (const auto* name :
         {"connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection"})
        EXPECT_FALSE(reply.fields.contains(name)) << name;
}

TEST(Http2Message, JoinsCookieCrumbs) {
    Meeting meeting;
    meeting.ask("GET", "/",
                {{"cookie", "a=1"}, {"cookie", "b=2"}, {"accept", "x"}, {"cookie", "c=3"}});
    ASSERT_EQ(meeting.application.seen.size(), 1);
    EXPECT_EQ(meeting.application.seen.front().cookie, "a=1; b=2; c=3");
    EXPECT_EQ(meeting.application.seen.front().headers.count("cookie"), 1);
}

TEST(Http2Message, TakesHostWhereAuthorityIsMissing) {
    Meeting meeting;
    meeting.client.raw_request(
        {{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {"host", "Other.test:8443"}},
        true);
    meeting.talk();
    ASSERT_EQ(meeting.application.seen.size(), 1);
    EXPECT_EQ(meeting.application.seen.front().host, "other.test");
}

TEST(Http2Message, ResetsWhatIsNoRequest) {
    const Fields good{
        {":method", "GET"}, {":scheme", "https"}, {":authority", "maps.test"}, {":path", "/"}};
    struct Case {
        const char* name;
        Fields fields;
    };
    const auto with = [&good](Fields more) {
        auto all = good;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    for (const auto& c :
         {Case{"no path", {{":method", "GET"}, {":scheme", "https"}, {":authority", "a"}}},
          Case{"no method", {{":scheme", "https"}, {":authority", "a"}, {":path", "/"}}},
          Case{"no scheme", {{":method", "GET"}, {":authority", "a"}, {":path", "/"}}},
          Case{"path twice", with({{":path", "/b"}})},
          Case{"unknown pseudo-field", with({{":status", "200"}})},
          Case{"pseudo-field after others",
               {{":method", "GET"},
                {":scheme", "https"},
                {":authority", "a"},
                {"accept", "x"},
                {":path", "/"}}},
          Case{"connection", with({{"connection", "keep-alive"}})},
          Case{"transfer-encoding", with({{"transfer-encoding", "chunked"}})},
          Case{"upgrade", with({{"upgrade", "websocket"}})},
          Case{"te with more than trailers", with({{"te", "gzip"}})},
          Case{"line feed in a value", with({{"x", "a\nb"}})},
          Case{"no number as content-length", with({{"content-length", "1x"}})},
          Case{"two content-lengths", with({{"content-length", "1"}, {"content-length", "2"}})},
          Case{"relative path",
               {{":method", "GET"}, {":scheme", "https"}, {":authority", "a"}, {":path", "b"}}}}) {
        SCOPED_TRACE(c.name);
        Meeting meeting;
        const auto id = meeting.client.raw_request(c.fields, true);
        meeting.talk();
        EXPECT_EQ(meeting.client.reply(id).reset, NGHTTP2_PROTOCOL_ERROR);
        EXPECT_TRUE(meeting.application.seen.empty());
        EXPECT_EQ(meeting.ask("GET", "/").status, 404);  // the connection lives on
    }
}

TEST(Http2Message, RefusesRequestsThatItUnderstandsButCannotServe) {
    const Fields good{{":method", "GET"}, {":scheme", "https"}, {":authority", "maps.test"}};
    const auto with = [&good](Fields more) {
        auto all = good;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    struct Case {
        const char* name;
        Fields fields;
    };
    for (const auto& c : {Case{"two hosts", with({{":path", "/"}, {"host", "evil.test"}})},
                          Case{"above the root", with({{":path", "/../etc/passwd"}})},
                          Case{"encoded slash", with({{":path", "/a%2fb"}})},
                          Case{"connect", {{":method", "CONNECT"}, {":authority", "other:443"}}},
                          Case{"strange scheme",
                               {{":method", "GET"},
                                {":scheme", "gopher"},
                                {":authority", "maps.test"},
                                {":path", "/"}}}}) {
        SCOPED_TRACE(c.name);
        Meeting meeting;
        const auto id = meeting.client.raw_request(c.fields, true);
        meeting.talk();
        EXPECT_EQ(meeting.client.reply(id).status, 400);
        EXPECT_FALSE(meeting.client.reply(id).body.empty());
        EXPECT_TRUE(meeting.application.seen.empty());
        EXPECT_EQ(meeting.application.over.size(), 1);  // it is in the log
    }
}

TEST(Http2Message, RefusesAHeadThatIsTooLarge) {
    Limits limits;
    limits.header_bytes_max = 2048;
    Meeting meeting{limits};
    EXPECT_EQ(meeting.ask("GET", "/", {{"x", std::string(3000, 'x')}}).status, 431);
    EXPECT_EQ(meeting.ask("GET", "/").status, 404);
    EXPECT_EQ(meeting.client.settings().at(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE), 2048);
}

TEST(Http2Message, RefusesTooManyFields) {
    Limits limits;
    limits.header_fields_max = 10;
    Meeting meeting{limits};
    EXPECT_EQ(meeting.ask("GET", "/", Fields(20, {"a", "b"})).status, 431);
    EXPECT_EQ(meeting.ask("GET", "/", Fields(5, {"a", "b"})).status, 404);
}

class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view content) {
        const auto fd = ::mkstemp(path_.data());
        EXPECT_EQ(::write(fd, content.data(), content.size()),
                  static_cast<ssize_t>(content.size()));
        file = std::make_shared<const OpenFile>(fd);
    }
    ~TemporaryFile() { ::unlink(path_.c_str()); }
    std::shared_ptr<const OpenFile> file;

private:
    std::string path_ = "/tmp/rhumb-h2-XXXXXX";
};

std::string numbers(std::size_t size) {
    std::string text;
    for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + " ";
    text.resize(size);
    return text;
}

TEST(Http2Message, SendsEveryKindOfBody) {
    const auto text = numbers(300'000);
    const TemporaryFile temporary{text};
    const auto shared = std::make_shared<const std::string>(text);
    Meeting meeting;
    meeting.application.on("/own", [&] { return with_body(text); });
    meeting.application.on("/shared", [&] { return with_body(shared); });
    meeting.application.on("/file", [&] {
        return with_body(FileSlice{temporary.file, 0, text.size()});
    });
    meeting.application.on("/part", [&] {
        return with_body(FileSlice{temporary.file, 1000, 20'000});
    });

    for (const auto* path : {"/own", "/shared", "/file"}) {
        const auto reply = meeting.ask("GET", path);
        EXPECT_TRUE(reply.body == text) << path;
        EXPECT_EQ(reply.fields.at("content-length"), "300000");
        EXPECT_TRUE(reply.is_complete);
    }
    EXPECT_EQ(meeting.ask("GET", "/part").body, text.substr(1000, 20'000));
}

TEST(Http2Message, ResetsAResponseWhoseFileBecameShorter) {
    const TemporaryFile temporary{"short"};
    Meeting meeting;
    meeting.application.on("/file", [&] {
        return with_body(FileSlice{temporary.file, 0, 100'000});
    });

    const auto reply = meeting.ask("GET", "/file");

    EXPECT_EQ(reply.reset, NGHTTP2_INTERNAL_ERROR);
    EXPECT_FALSE(reply.is_complete);
    ASSERT_EQ(meeting.application.over.size(), 1);
    EXPECT_FALSE(meeting.application.over.front().second.complete);
}

/// Pieces, and then perhaps a failure.
class Pieces final : public BodySource {
public:
    Pieces(int count, std::size_t size, bool fails = false, net::Event* gate = nullptr)
        : count_{count}, size_{size}, fails_{fails}, gate_{gate} {}
    net::Task<std::string> next() override {
        if (gate_ != nullptr) co_await gate_->wait();
        if (count_-- > 0) co_return std::string(size_, static_cast<char>('a' + count_ % 26));
        if (fails_) co_return fail(ErrorKind::internal, "the data ended in the midst");
        co_return std::string{};
    }

private:
    int count_;
    std::size_t size_;
    bool fails_;
    net::Event* gate_;
};

TEST(Http2Message, SendsABodyWhileItIsMade) {
    Meeting meeting;
    meeting.application.on("/made", [] { return with_body(std::make_unique<Pieces>(40, 10'000)); });
    meeting.application.on("/empty", [] { return with_body(std::make_unique<Pieces>(0, 0)); });

    const auto reply = meeting.ask("GET", "/made");
    EXPECT_EQ(reply.body.size(), 400'000);
    EXPECT_TRUE(reply.is_complete);
    EXPECT_FALSE(reply.fields.contains("content-length"));
    EXPECT_TRUE(meeting.ask("GET", "/empty").is_complete);
    EXPECT_EQ(meeting.ask("HEAD", "/made").body, "");
}

TEST(Http2Message, SendsPiecesAsTheyCome) {
    Meeting meeting;
    net::Event gate;
    meeting.application.on("/slow",
                           [&] { return with_body(std::make_unique<Pieces>(2, 5, false, &gate)); });
    const auto id = meeting.client.get("/slow");
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(id).status, 200);
    EXPECT_EQ(meeting.client.reply(id).body, "");

    gate.notify();
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(id).body, "bbbbb");

    gate.notify();
    meeting.talk();
    gate.notify();
    meeting.talk();
    EXPECT_EQ(meeting.client.reply(id).body, "bbbbbaaaaa");
    EXPECT_TRUE(meeting.client.reply(id).is_complete);
}

TEST(Http2Message, ResetsAResponseWhoseSourceFails) {
    Meeting meeting;
    meeting.application.on("/made",
                           [] { return with_body(std::make_unique<Pieces>(3, 1000, true)); });

    const auto reply = meeting.ask("GET", "/made");

    EXPECT_EQ(reply.reset, NGHTTP2_INTERNAL_ERROR);
    EXPECT_FALSE(reply.is_complete);
    EXPECT_EQ(meeting.ask("GET", "/other").status, 404);
}

TEST(Http2Message, LetsLargeResponsesTakeTurns) {
    Meeting meeting{{}, 10'000'000};
    nghttp2_session_set_local_window_size(meeting.client.session(), NGHTTP2_FLAG_NONE, 0,
                                          10'000'000);
    meeting.application.on("/large", [] { return with_body(std::string(500'000, 'x')); });
    meeting.talk();
    const auto first = meeting.client.get("/large");
    const auto second = meeting.client.get("/large");

    meeting.talk();

    const auto& order = meeting.client.data_order();
    const auto last_of_first =
        std::find(order.rbegin(), order.rend(), first).base() - order.begin();
    const auto first_of_second = std::find(order.begin(), order.end(), second) - order.begin();
    EXPECT_LT(first_of_second, last_of_first / 4);
    EXPECT_EQ(meeting.client.reply(second).body.size(), 500'000);
}

net::Sure<Response> throw_up(Request&) {
    throw std::runtime_error{"a library's exception"};
    co_return Response{};
}

TEST(Http2Message, SurvivesAHandlerThatThrows) {
    Meeting meeting;
    meeting.application.on("/bad", throw_up);
    EXPECT_EQ(meeting.ask("GET", "/bad").status, 500);
    EXPECT_EQ(meeting.ask("GET", "/other").status, 404);
}

TEST(Http2Message, ResetsAResponseWhoseHeadCannotBeSent) {
    Meeting meeting;
    meeting.application.on("/bad", [] {
        Response response;
        for (int i = 0; i < 3; ++i) response.headers.add("x-large", std::string(60'000, 'x'));
        return response;
    });
    EXPECT_EQ(meeting.ask("GET", "/bad").reset, NGHTTP2_INTERNAL_ERROR);
    EXPECT_EQ(meeting.ask("GET", "/other").status, 404);
}

}  // namespace
}  // namespace rhumb::http::h2
