#include "http/h1/head.h"

#include <gtest/gtest.h>

namespace rhumb::http::h1 {
namespace {

struct Read {
    Request request;
    Framing framing;
    std::optional<Refusal> refusal;
};

Read read(std::string_view head) {
    Read read;
    read.refusal = read_head(head, Limits{}, read.request, read.framing);
    return read;
}

std::string with_fields(std::string_view fields) {
    return fmt::format("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", fields);
}

TEST(Head, ReadsARequest) {
    const auto got = read(
        "POST /a%20b/../c?x=1 HTTP/1.1\r\nHost: Gis.Example.ORG:8443\r\nContent-Length: 5\r\nX: \t y \r\n\r\n");

    ASSERT_FALSE(got.refusal) << got.refusal->why;
    EXPECT_EQ(got.request.method, Method::post);
    EXPECT_EQ(got.request.path, "/c");
    EXPECT_EQ(got.request.query, "x=1");
    EXPECT_EQ(got.request.host, "gis.example.org");
    EXPECT_EQ(got.request.port, 8443);
    EXPECT_EQ(got.request.headers.find("x"), "y");
    EXPECT_EQ(got.framing.content_length, 5U);
    EXPECT_TRUE(got.framing.keep_alive);
}

TEST(Head, TakesTheHostOfAbsoluteFormOverTheField) {
    const auto got = read("GET http://b:1/x HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_FALSE(got.refusal);
    EXPECT_EQ(got.request.host, "b");
    EXPECT_EQ(got.request.path, "/x");
}

TEST(Head, KeepsOrClosesAsTheClientSays) {
    EXPECT_TRUE(read(with_fields("")).framing.keep_alive);
    EXPECT_FALSE(read(with_fields("Connection: x, Close\r\n")).framing.keep_alive);
    EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n").framing.keep_alive);
    EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").framing.keep_alive);
}

TEST(Head, RefusesWhatTwoServersCouldReadInTwoWays) {
    struct Case {
        const char* name;
        std::string head;
        int status;
    };
    const Case cases[] = {
        {"two lengths", with_fields("Content-Length: 1\r\nContent-Length: 2\r\n"), 400},
        {"the same length twice", with_fields("Content-Length: 1\r\nContent-Length: 1\r\n"), 400},
        {"a list of lengths", with_fields("Content-Length: 1, 1\r\n"), 400},
        {"a signed length", with_fields("Content-Length: +1\r\n"), 400},
        {"a negative length", with_fields("Content-Length: -1\r\n"), 400},
        {"a length past all numbers", with_fields("Content-Length: 99999999999999999999\r\n"), 400},
        {"a hexadecimal length", with_fields("Content-Length: 0x1\r\n"), 400},
        {"an empty length", with_fields("Content-Length:\r\n"), 400},
        {"length and chunks", with_fields("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
         400},
        {"chunks twice",
         with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"chunked and more", with_fields("Transfer-Encoding: chunked, identity\r\n"), 501},
        {"another coding", with_fields("Transfer-Encoding: gzip, chunked\r\n"), 501},
        {"a coding with a vertical tab",
         with_fields("Transfer-Encoding: \x0b"
                     "chunked\r\n"),
         400},
        {"chunks in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
         400},
        {"a folded field", with_fields("X: a\r\n b\r\n"), 400},
        {"a blank before the colon", with_fields("Content-Length : 1\r\n"), 400},
        {"a blank in a name", with_fields("Content Length: 1\r\n"), 400},
        {"no name", with_fields(": 1\r\n"), 400},
        {"no colon", with_fields("nonsense\r\n"), 400},
        {"a carriage return in a value", with_fields("X: a\rb\r\n"), 400},
        {"a NUL in a value", std::string("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 35), 400},
        {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two Hosts", with_fields("Host: b\r\n"), 400},
        {"a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"a Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
        {"two blanks in the request line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a tab in the request line", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"a target without a slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"HTTP/0.9", "GET /\r\n\r\n", 400},
        {"HTTP/2 in clear", "PRI * HTTP/2.0\r\n\r\n", 505},
        {"a version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
        {"an unknown expectation", with_fields("Expect: wonders\r\n"), 417},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto got = read(c.head);
        ASSERT_TRUE(got.refusal);
        EXPECT_EQ(got.refusal->status, c.status) << got.refusal->why;
    }
}

TEST(Head, BoundsTheNumberOfFields) {
    std::string fields;
    for (std::size_t i = 0; i < Limits{}.header_fields_max; ++i) fields += "X: y\r\n";
    EXPECT_EQ(read(with_fields(fields)).refusal->status, 431);
}

TEST(HeadFinder, FindsTheEndWhereverTheBytesAreCut) {
    const std::string bytes = "\r\n" + with_fields("X: y\r\n") + "rest";
    HeadFinder finder;
    std::size_t end = 0;
    for (std::size_t size = 0; size <= bytes.size() && end == 0; ++size) {
        const auto found = finder.find({bytes.data(), size}, 1000);
        ASSERT_FALSE(found.refusal);
        EXPECT_EQ(found.begin, size >= 2 ? 2U : 0U);
        end = found.end;
    }
    EXPECT_EQ(bytes.substr(end), "rest");
}

TEST(HeadFinder, RefusesBareLineFeedsAndLargeHeads) {
    for (const auto* bad :
         {"GET / HTTP/1.1\nHost: a\n\n", "\n", "GET / HTTP/1.1\r\nHost: a\r\n\n"}) {
        EXPECT_TRUE(HeadFinder{}.find(bad, 1000).refusal) << bad;
    }
    EXPECT_EQ(HeadFinder{}.find(std::string(1001, 'x'), 1000).refusal->status, 431);
    // A head that came all at once, its end included, is no smaller for it.
    EXPECT_EQ(
        HeadFinder{}
            .find("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1000, 'x') + "\r\n\r\n", 1000)
            .refusal->status,
        431);
    EXPECT_FALSE(HeadFinder{}.find(std::string(1000, 'x'), 1000).refusal);
}

}  // namespace
}  // namespace rhumb::http::h1
