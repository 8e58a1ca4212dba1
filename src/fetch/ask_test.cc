#include "fetch/ask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fetch/testing.h"

namespace rhumb::fetch {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Question to(const Peer& peer, std::string_view path = "/") {
    return {.url = peer.url(path), .limit = 5s};
}

TEST(Ask, GivesTheAnswerAsItIs) {
    const Peer peer{[](const std::string&) {
        return "HTTP/1.1 403 No\r\nX-Two: a\r\nContent-Length: 4\r\nx-two:  b \r\nConnection: close\r\n\r\nbody";
    }};
    const auto answer = ask(to(peer));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 403);
    EXPECT_EQ(answer->version, "1.1");
    EXPECT_EQ(answer->body, "body");
    EXPECT_FALSE(answer->is_cut);
    EXPECT_THAT(answer->all("x-two"), ElementsAre("a", "b"));
    ASSERT_NE(answer->find("content-length"), nullptr);
    EXPECT_EQ(*answer->find("content-length"), "4");
    EXPECT_EQ(answer->find("location"), nullptr);
    EXPECT_EQ(answer->address, "127.0.0.1");
    EXPECT_EQ(answer->port, peer.port());
}

TEST(Ask, TellsARedirectAndDoesNotFollowIt) {
    const Peer peer{[](const std::string&) {
        return "HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }};
    const auto answer = ask(to(peer));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 301);
    EXPECT_EQ(*answer->find("location"), "/b");
    EXPECT_EQ(peer.count(), 1);
}

TEST(Ask, SendsWhatIsAskedAndNothingElseOfThisMachine) {
    std::string head;
    {
        const Peer peer{[&](const std::string& sent) {
            head = sent;
            return with_body("");
        }};
        auto question = to(peer, "/a?b=1");
        question.headers = {{"Host", "gis.example.org"}, {"X-Test", "1"}};
        ASSERT_TRUE(ask(question));
    }
    EXPECT_EQ(first_line(head), "GET /a?b=1 HTTP/1.1");
    EXPECT_THAT(head, HasSubstr("Host: gis.example.org\r\n"));
    EXPECT_THAT(head, HasSubstr("X-Test: 1\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("Cookie")));
    EXPECT_THAT(head, Not(HasSubstr("Authorization")));
}

TEST(Ask, AsksForTheHeadAlone) {
    const Peer peer{[](const std::string& head) {
        return head.starts_with("HEAD /") ? "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
                                          : "";
    }};
    auto question = to(peer);
    question.is_head = true;
    const auto answer = ask(question);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "");
}

TEST(Ask, ConnectsWhereItIsToldAndKeepsTheName) {
    std::string head;
    {
        const Peer peer{[&](const std::string& sent) {
            head = sent;
            return with_body("here");
        }};
        const auto answer = ask({.url = "http://gis.example.org/x",
                                 .address = "127.0.0.1",
                                 .port = peer.port(),
                                 .limit = 5s});
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->body, "here");
    }
    EXPECT_THAT(head, HasSubstr("Host: gis.example.org\r\n"));
}

TEST(Ask, ConnectsToNobodyElseWhenOnlySomeAddressesMayBeAsked) {
    const Peer peer{[](const std::string&) { return with_body("here"); }};
    auto question = to(peer);
    question.only_addresses = {"192.0.2.7"};
    const auto refused = ask(question);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::elsewhere);
    EXPECT_EQ(refused.error().address, "127.0.0.1");
    EXPECT_EQ(peer.count(), 0);
    question.only_addresses.emplace_back("127.0.0.1");
    EXPECT_TRUE(ask(question));
}

TEST(Ask, CutsALongBodyOrRefusesIt) {
    const std::string body(101, 'x');
    const Peer peer{[&](const std::string&) { return with_body(body); }};
    auto question = to(peer);
    question.body_max = 100;
    const auto refused = ask(question);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::too_large);

    question.is_cut_at_max = true;
    const auto cut = ask(question);
    ASSERT_TRUE(cut) << cut.error().message;
    EXPECT_EQ(cut->status, 200);
    EXPECT_EQ(cut->body.size(), 100U);
    EXPECT_TRUE(cut->is_cut);

    question.body_max = 101;
    EXPECT_FALSE(ask(question)->is_cut);
}

TEST(Ask, BoundsTheHead) {
    const Peer many{[](const std::string&) {
        std::string head = "HTTP/1.1 200 OK\r\n";
        for (int i = 0; i < 300; ++i) head += fmt::format("X-{}: 1\r\n", i);
        return head + "Connection: close\r\n\r\n";
    }};
    const auto refused = ask(to(many));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::too_large);
    EXPECT_THAT(refused.error().message, HasSubstr("fields"));
}

TEST(Ask, TellsFaultsApart) {
    const Peer silent{[](const std::string&) { return std::string{}; }};
    auto question = to(silent);
    question.limit = 100ms;
    const auto slow = ask(question);
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().fault, Fault::time);
    EXPECT_TRUE(slow.error().is_connected);

    const Peer other{[](const std::string&) { return "220 mail.example.org ESMTP\r\n"; }};
    EXPECT_EQ(ask(to(other)).error().fault, Fault::protocol);

    const Peer cut{
        [](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"; }};
    EXPECT_EQ(ask(to(cut)).error().fault, Fault::protocol);

    std::uint16_t port = 0;
    {
        const Peer gone{[](const std::string&) { return std::string{}; }};
        port = gone.port();
    }
    const auto nobody = ask({.url = fmt::format("http://127.0.0.1:{}/", port), .limit = 5s});
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().fault, Fault::connect);
    EXPECT_FALSE(nobody.error().is_connected);
}

TEST(Ask, SaysThatAPortInTheClearSpeaksNoTls) {
    const Peer clear{[](const std::string&) { return with_body(""); }};
    // A ClientHello has no empty line: the peer reads on until the client gives up.
    const auto answer =
        ask({.url = fmt::format("https://127.0.0.1:{}/", clear.port()), .limit = 200ms});
    ASSERT_FALSE(answer);
    EXPECT_FALSE(answer.error().is_connected);
}

TEST(Ask, RefusesWhatCannotBeAsked) {
    for (const auto* url : {"", "file:///etc/passwd", "http://a b/", "ftp://127.0.0.1/",
                            "http://user:word@127.0.0.1/", "http://[::1/"}) {
        const auto answer = ask({.url = url, .limit = 500ms});
        ASSERT_FALSE(answer) << url;
        EXPECT_EQ(answer.error().fault, Fault::invalid) << url << answer.error().message;
    }
    const auto split =
        ask({.url = "http://127.0.0.1/", .headers = {{"X", "a\r\nY: b"}}, .limit = 500ms});
    ASSERT_FALSE(split);
    EXPECT_EQ(split.error().fault, Fault::invalid);
    EXPECT_EQ(ask({.url = "http://127.0.0.1/", .limit = 0ms}).error().fault, Fault::time);
}

}  // namespace
}  // namespace rhumb::fetch
