#include "http/h1/serve.h"

#include <array>
#include <cstdio>
#include <functional>

#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/loop.h"
#include "net/socket.h"

namespace rhumb::http::h1 {
namespace {

/// Answers as each test says, and remembers what it was told.
class Answering final : public Application {
public:
    std::function<net::Sure<Response>(Request&)> answer;
    std::vector<Exchange> exchanges;

    net::Sure<Response> respond(Request& request) override { return answer(request); }
    void finished(const Request&, const Exchange& exchange) override {
        exchanges.push_back(exchange);
    }
};

net::Sure<Response> say_path(Request& request) {
    co_return text_response(200, "text/plain", request.path + "\n");
}

net::Sure<Response> echo(Request& request) {
    const auto content = co_await read_all(*request.body, 1U << 20U);
    co_return content
        ? text_response(200, "text/plain", *content)
        : text_response(to_status(content.error().kind), "text/plain", content.error().message);
}

class Http1 : public testing::Test {
protected:
    Http1() { application_.answer = say_path; }

    /// What comes back for `sent`, until the server closes. `sent` arrives in pieces of `step`
    /// bytes; the client then closes its side, unless it `stays`.
    std::string talk(std::string_view sent, std::size_t step = std::string_view::npos,
                     bool stays = false) {
        std::array<int, 2> fds{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()),
                  0);
        net::Loop loop;
        std::string received;
        {
            net::PlainStream stream{std::make_unique<net::Socket>(loop, fds[0])};
            Connection connection{stream,    channel_, limits_, application_,
                                  draining_, clock_,   date_};
            bool first = true;
            std::function<void()> pump = [&] {
                const bool may_send = first || received.find(send_rest_after_) != std::string::npos;
                first = false;
                if (!sent.empty() && may_send) {
                    const auto count = ::write(fds[1], sent.data(), std::min(step, sent.size()));
                    if (count > 0) sent.remove_prefix(static_cast<std::size_t>(count));
                    if (sent.empty() && !stays) ::shutdown(fds[1], SHUT_WR);
                }
                std::array<char, 65536> buffer{};
                for (ssize_t count = 0;
                     (count = ::read(fds[1], buffer.data(), buffer.size())) != 0;) {
                    if (count < 0) {
                        loop.post(pump);
                        return;
                    }
                    received.append(buffer.data(), static_cast<std::size_t>(count));
                }
                ::shutdown(fds[1], SHUT_WR);  // the server has closed: end its lingering
            };
            loop.post(pump);
            net::spawn(loop.executor(), serve(connection), [&](const std::exception_ptr& thrown) {
                EXPECT_FALSE(thrown);
                loop.stop();
            });
            loop.run();
            std::array<char, 65536> buffer{};
            for (ssize_t count = 0; (count = ::read(fds[1], buffer.data(), buffer.size())) > 0;)
                received.append(buffer.data(), static_cast<std::size_t>(count));
        }
        ::close(fds[1]);
        return received;
    }

    Channel channel_{.is_secure = true,
                     .local = {"127.0.0.1", 443},
                     .remote = {"127.0.0.1", 1},
                     .server_name = {},
                     .tls_version = {},
                     .tls_cipher = {},
                     .tls_group = {}};
    std::string send_rest_after_;  ///< what must have come back before the second piece is sent
    Limits limits_;
    Answering application_;
    std::atomic<bool> draining_ = false;
    ManualClock clock_{Seconds{std::chrono::seconds{1795391100}}};
    DateText date_;
};

std::string answer_of(std::string_view body) {
    return fmt::format(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nx-content-type-options: nosniff\r\ndate: Sun, 22 Nov 2026 23:45:00 GMT\r\ncontent-length: {}\r\n\r\n{}",
        body.size(), body);
}

TEST_F(Http1, AnswersARequest) {
    EXPECT_EQ(talk("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"), answer_of("/a\n"));
    ASSERT_EQ(application_.exchanges.size(), 1U);
    EXPECT_EQ(application_.exchanges[0].bytes_sent, 3U);
    EXPECT_TRUE(application_.exchanges[0].complete);
}

TEST_F(Http1, AnswersPipelinedRequestsInOrderHoweverTheyAreCut) {
    const std::string sent =
        "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyz"
        "GET /c HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const std::size_t step : {1UL, 7UL, 1000UL})
        EXPECT_EQ(talk(sent, step), answer_of("/a\n") + answer_of("/b\n") + answer_of("/c\n"))
            << step;
}

TEST_F(Http1, LeavesTheBodyOutForHead) {
    const auto got = talk("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(got.ends_with("content-length: 3\r\n\r\n")) << got;
}

TEST_F(Http1, ClosesWhenTheClientAsks) {
    const auto got = talk(
        "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n",
        1000, true);
    EXPECT_NE(got.find("connection: close\r\n"), std::string::npos);
    EXPECT_EQ(got.find("/b"), std::string::npos);
}

TEST_F(Http1, ClosesWhenTheAnswerSaysSo) {
    application_.answer = [](Request&) -> net::Sure<Response> {
        auto response = text_response(421, "text/plain", "elsewhere");
        response.headers.set("connection", "close");
        co_return response;
    };
    const auto got =
        talk("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n", 1000, true);
    EXPECT_TRUE(got.ends_with("connection: close\r\n\r\nelsewhere")) << got;
    EXPECT_EQ(got.find("connection"), got.rfind("connection")) << "it is said once";
}

TEST_F(Http1, ReadsChunkedAndCountedBodies) {
    application_.answer = echo;
    EXPECT_EQ(
        talk(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            3),
        answer_of("hello"));
    EXPECT_EQ(talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 3),
              answer_of("hello"));
}

TEST_F(Http1, SaysContinueWhenTheBodyIsWanted) {
    application_.answer = echo;
    const std::string_view head =
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    send_rest_after_ = "100 Continue";
    const auto got = talk(std::string{head} + "hello", head.size());
    EXPECT_TRUE(got.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")) << got;
}

TEST_F(Http1, ClosesWhenABodyWasExpectedAndNotWanted) {
    const auto got =
        talk("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
             1000, true);
    EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK")) << got;
    EXPECT_NE(got.find("connection: close"), std::string::npos);
}

TEST_F(Http1, RefusesBodiesPastTheLimit) {
    application_.answer = echo;
    limits_.body_bytes_max = 4;
    EXPECT_TRUE(talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
                    .starts_with("HTTP/1.1 413"));
    EXPECT_TRUE(
        talk(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
            .starts_with("HTTP/1.1 413"));
}

TEST_F(Http1, RefusesASmuggledRequestAndCloses) {
    const auto got = talk(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n",
        1000, true);
    EXPECT_TRUE(got.starts_with("HTTP/1.1 400 Bad Request")) << got;
    EXPECT_EQ(got.find("200 OK"), std::string::npos);
    EXPECT_EQ(application_.exchanges.at(0).status, 400);
}

TEST_F(Http1, AnswersHttp10AndClosesUnlessAsked) {
    EXPECT_TRUE(talk("GET /a HTTP/1.0\r\n\r\n", 1000, true).find("connection: close") !=
                std::string::npos);
    const auto kept = talk(
        "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n", 1000, true);
    EXPECT_NE(kept.find("/b\n"), std::string::npos);
}

TEST_F(Http1, SaysThatAHeadDidNotComeInTime) {
    limits_.header_timeout = std::chrono::milliseconds{1};
    EXPECT_TRUE(talk("GET / HT", 1000, true).starts_with("HTTP/1.1 408"));
}

TEST_F(Http1, ClosesAnIdleConnectionWithoutAWord) {
    limits_.idle_timeout = std::chrono::milliseconds{1};
    EXPECT_EQ(talk("", 1, true), "");
}

TEST_F(Http1, EndsAfterTheRequestInHandWhenDraining) {
    application_.answer = [this](Request& request) {
        draining_ = true;
        return say_path(request);
    };
    const auto got = talk("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 1000, true);
    EXPECT_NE(got.find("connection: close"), std::string::npos) << got;
}

net::Sure<Response> say_nothing_modified(Request&) {
    Response response{.status = 304, .substatus = 0, .headers = {}, .body = {}};
    response.headers.add("etag", "\"x\"");
    co_return response;
}

TEST_F(Http1, GivesNoLengthWithNotModified) {
    application_.answer = say_nothing_modified;
    EXPECT_EQ(talk("GET / HTTP/1.1\r\nHost: x\r\n\r\n").find("content-length"), std::string::npos);
}

/// Counts down in pieces, and may break.
class Countdown final : public BodySource {
public:
    Countdown(int from, bool breaks) : left_{from}, breaks_{breaks} {}
    net::Task<std::string> next() override {
        if (left_ == 0 && breaks_) co_return fail(ErrorKind::internal, "broken");
        if (left_ == 0) co_return std::string{};
        co_return fmt::format("{} ", left_--);
    }

private:
    int left_;
    bool breaks_;
};

net::Sure<Response> count_down(Request& request) {
    Response response;
    response.body = std::make_unique<Countdown>(3, request.path == "/broken");
    co_return response;
}

TEST_F(Http1, SendsABodyOfUnknownLengthInChunks) {
    application_.answer = count_down;
    EXPECT_TRUE(
        talk("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .ends_with(
                "transfer-encoding: chunked\r\n\r\n2\r\n3 \r\n2\r\n2 \r\n2\r\n1 \r\n0\r\n\r\n"));
    EXPECT_TRUE(talk("GET / HTTP/1.0\r\n\r\n").ends_with("connection: close\r\n\r\n3 2 1 "));
}

TEST_F(Http1, BreaksTheConnectionWhenABodyBreaks) {
    application_.answer = count_down;
    const auto got = talk(
        "GET /broken HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 1000, true);
    EXPECT_TRUE(got.ends_with("1 \r\n")) << got;
    EXPECT_FALSE(application_.exchanges.at(0).complete);
}

TEST_F(Http1, SendsPartsOfFilesLargeAndSmall) {
    std::FILE* const file = std::tmpfile();
    std::string content(300'000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>('a' + i % 26);
    std::fwrite(content.data(), 1, content.size(), file);
    std::fflush(file);
    const auto open = std::make_shared<OpenFile>(::dup(::fileno(file)));
    for (const auto& [offset, length] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, content.size()}, {5, 10}, {100'000, 20'000}, {0, 0}}) {
        application_.answer = [&open, offset = offset,
                               length = length](Request&) -> net::Sure<Response> {
            return [](FileSlice slice) -> net::Sure<Response> {
                Response response;
                response.body = std::move(slice);
                co_return response;
            }(FileSlice{open, offset, length});
        };
        const auto got = talk("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(got.substr(got.find("\r\n\r\n") + 4), content.substr(offset, length));
    }
    std::fclose(file);
}

}  // namespace
}  // namespace rhumb::http::h1
