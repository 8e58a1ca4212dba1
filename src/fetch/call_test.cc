#include "fetch/call.h"

#include <atomic>
#include <future>
#include <list>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "fetch/testing.h"

namespace rhumb::fetch {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Keeps its connections, several at a time; answers what `answer` makes of head and body.
class KeptPeer {
public:
    struct Asked {
        std::string head{};
        std::string body{};
    };
    using Answer = std::function<std::string(const Asked&)>;

    explicit KeptPeer(Answer answer)
        : answer_{std::move(answer)}, fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof name;
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&name), size), 0);
        EXPECT_EQ(::listen(fd_, 64), 0);
        EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size), 0);
        port_ = ntohs(name.sin_port);
        accepting_ = std::thread{[this] { accept(); }};
    }
    ~KeptPeer() {
        is_ending_ = true;
        accepting_.join();
        for (auto& one : connections_) one.join();
        ::close(fd_);
    }
    KeptPeer(const KeptPeer&) = delete;
    KeptPeer& operator=(const KeptPeer&) = delete;

    std::string url(std::string_view path = "/") const {
        return fmt::format("http://127.0.0.1:{}{}", port_, path);
    }
    int connections() const { return count_; }
    bool is_ending() const { return is_ending_; }

private:
    void accept() {
        while (!is_ending_) {
            pollfd one{fd_, POLLIN, 0};
            if (::poll(&one, 1, 20) <= 0) continue;
            const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
            ++count_;
            connections_.emplace_back([this, client] {
                serve(client);
                ::close(client);
            });
        }
    }
    bool fill(int client, std::string& bytes) {
        std::array<char, 4096> more{};
        while (!is_ending_) {
            pollfd one{client, POLLIN, 0};
            if (::poll(&one, 1, 20) <= 0) continue;
            const auto count = ::recv(client, more.data(), more.size(), 0);
            if (count <= 0) return false;
            bytes.append(more.data(), static_cast<std::size_t>(count));
            return true;
        }
        return false;
    }
    void serve(int client) {
        for (std::string bytes;;) {
            auto end = std::string::npos;
            while ((end = bytes.find("\r\n\r\n")) == std::string::npos)
                if (!fill(client, bytes)) return;
            Asked asked{.head = bytes.substr(0, end + 4)};
            bytes.erase(0, end + 4);
            std::size_t length = 0;
            if (const auto at = text::to_lower(asked.head).find("content-length: ");
                at != std::string::npos)
                length = std::stoul(asked.head.substr(at + 16));
            while (bytes.size() < length)
                if (!fill(client, bytes)) return;
            asked.body = bytes.substr(0, length);
            bytes.erase(0, length);
            const auto said = answer_(asked);
            if (said.empty()) return;
            (void)::send(client, said.data(), said.size(), MSG_NOSIGNAL);
        }
    }

    Answer answer_;
    int fd_;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_ending_ = false;
    std::atomic<int> count_ = 0;
    std::list<std::thread> connections_;
    std::thread accepting_;
};

std::string kept(std::string_view body) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

TEST(Caller, SendsMethodHeadersAndBodyAndNothingOfItsOwn) {
    KeptPeer::Asked asked;
    {
        const KeptPeer peer{[&](const KeptPeer::Asked& one) {
            asked = one;
            return kept("yes");
        }};
        Caller caller{{}};
        const auto answer = caller.call({.method = "PUT",
                                         .url = peer.url("/a?b=1"),
                                         .headers = {{"X-Test", "1"}},
                                         .body = std::string{"a\0b", 3}});
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->body, "yes");
    }
    EXPECT_EQ(first_line(asked.head), "PUT /a?b=1 HTTP/1.1");
    EXPECT_THAT(asked.head, HasSubstr("X-Test: 1\r\n"));
    EXPECT_EQ(asked.body, std::string("a\0b", 3));
    for (const auto* header : {"Content-Type", "Expect", "Cookie", "Authorization", "Encoding"})
        EXPECT_THAT(asked.head, Not(HasSubstr(header)));
}

TEST(Caller, SendsABodyWithoutWaitingForLeaveHoweverLargeItIs) {
    std::size_t size = 0;
    const KeptPeer peer{[&](const KeptPeer::Asked& one) {
        size = one.body.size();
        return kept("");
    }};
    Caller caller{{}};
    ASSERT_TRUE(
        caller.call({.method = "POST", .url = peer.url(), .body = std::string(3'000'000, 'x')}));
    EXPECT_EQ(size, 3'000'000U);
}

TEST(Caller, KeepsItsConnectionForTheNextCallAndNothingElseOfTheLast) {
    std::string last;
    const KeptPeer peer{[&](const KeptPeer::Asked& one) {
        last = one.head;
        return "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n";
    }};
    Caller caller{{}};
    ASSERT_TRUE(caller.call({.method = "POST",
                             .url = peer.url("/first"),
                             .headers = {{"Authorization", "secret"}},
                             .body = "x"}));
    ASSERT_TRUE(caller.call({.url = peer.url("/second")}));
    EXPECT_EQ(peer.connections(), 1);
    EXPECT_EQ(first_line(last), "GET /second HTTP/1.1");
    EXPECT_THAT(last, Not(HasSubstr("Authorization")));
    EXPECT_THAT(last, Not(HasSubstr("Cookie")));
}

TEST(Caller, AsksOnNewConnectionWhenTheKeptOneWasClosedMeanwhile) {
    const Peer peer{[](const std::string&) {  // hangs up after each, and does not say so before
        return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    }};
    Caller caller{{}};
    for (int turn = 0; turn < 5; ++turn) {
        const auto answer = caller.call({.method = "POST", .url = peer.url(), .body = "x"});
        ASSERT_TRUE(answer) << answer.error().message;
    }
    EXPECT_EQ(peer.count(), 5);
}

TEST(Caller, HasNoMoreConnectionsThanAllowedWhoeverCalls) {
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    const KeptPeer peer{[&](const KeptPeer::Asked&) {
        const int count = ++now;
        for (int seen = most; seen < count && !most.compare_exchange_weak(seen, count);) continue;
        std::this_thread::sleep_for(5ms);
        --now;
        return kept("");
    }};
    Caller caller{{.limit = 20s, .connections_max = 3}};
    std::vector<std::future<bool>> all;
    for (int one = 0; one < 12; ++one)
        all.push_back(std::async(std::launch::async, [&] {
            bool is_good = true;
            for (int turn = 0; turn < 5; ++turn)
                is_good = caller.call({.url = peer.url()}).has_value() && is_good;
            return is_good;
        }));
    for (auto& one : all) EXPECT_TRUE(one.get());
    EXPECT_LE(most, 3);
    EXPECT_LE(peer.connections(), 3);
}

TEST(Caller, WaitsForAConnectionNoLongerThanItsLimit) {
    std::promise<void> asked;
    std::atomic<bool> is_asked = false;
    const KeptPeer* there = nullptr;
    const KeptPeer peer{[&](const KeptPeer::Asked&) {
        if (!is_asked.exchange(true)) asked.set_value();
        while (!there->is_ending()) std::this_thread::sleep_for(5ms);
        return std::string{};
    }};
    there = &peer;
    Caller caller{{.limit = 300ms, .connections_max = 1}};
    auto first = std::async(std::launch::async, [&] { return caller.call({.url = peer.url()}); });
    asked.get_future().wait();
    const auto second = caller.call({.url = peer.url()});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().fault, Fault::time);
    const auto hung = first.get();
    ASSERT_FALSE(hung);
    EXPECT_EQ(hung.error().fault, Fault::time);
    EXPECT_TRUE(hung.error().is_connected);
    EXPECT_THAT(hung.error().message, HasSubstr("did not answer within 300 ms"));
}

TEST(Caller, CallsOverHttpNobodyButThisMachine) {
    Caller caller{{.limit = 500ms}};
    for (const auto* url :
         {"http://gis.example.org/", "http://192.0.2.1/", "http://[2001:db8::1]/",
          "http://0.0.0.0/", "http://localhost.example.org/", "http://127.0.0.1.example.org/"}) {
        const auto answer = caller.call({.url = url});
        ASSERT_FALSE(answer) << url;
        EXPECT_TRUE(answer.error().fault == Fault::invalid ||
                    answer.error().fault == Fault::resolve)
            << url << ": " << answer.error().message;
        EXPECT_FALSE(answer.error().is_connected) << url;
    }
    const Peer peer{[](const std::string&) { return with_body("here"); }};
    EXPECT_TRUE(caller.call({.url = peer.url()}));
    EXPECT_TRUE(caller.call({.url = fmt::format("http://localhost:{}/", peer.port())}));
}

TEST(Caller, FollowsNoRedirect) {
    const Peer peer{[](const std::string&) {
        return "HTTP/1.1 307 No\r\nLocation: /b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }};
    Caller caller{{}};
    const auto answer = caller.call({.method = "POST", .url = peer.url(), .body = "x"});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 307);
    EXPECT_EQ(peer.count(), 1);
}

TEST(Caller, SaysInPlainWordsWhichStepWentWrong) {
    Caller caller{{.limit = 400ms, .body_max = 100}};
    const auto message = [&](const std::string& url, Fault fault) {
        const auto answer = caller.call({.url = url});
        EXPECT_FALSE(answer) << url;
        if (answer) return std::string{};
        EXPECT_EQ(answer.error().fault, fault) << answer.error().message;
        return answer.error().message;
    };
    EXPECT_THAT(message("https://nobody.invalid/", Fault::resolve),
                HasSubstr("the name nobody.invalid is not found"));
    EXPECT_THAT(message("http://127.0.0.1:1/", Fault::connect),
                HasSubstr("nobody answers at 127.0.0.1:1"));
    const Peer silent{[](const std::string&) { return ""; }};
    EXPECT_THAT(message(silent.url(), Fault::time), HasSubstr("did not answer within 400 ms"));
    const Peer large{[](const std::string&) { return with_body(std::string(101, 'x')); }};
    EXPECT_THAT(message(large.url(), Fault::too_large), HasSubstr("larger than 100 bytes"));
    const Peer odd{[](const std::string&) { return "hello\r\n\r\n"; }};
    EXPECT_THAT(message(odd.url(), Fault::protocol), HasSubstr("no whole HTTP answer"));
    const Peer clear{[](const std::string&) { return with_body(""); }};  // waits for an empty line
    const auto url = fmt::format("https://127.0.0.1:{}/", clear.port());
    EXPECT_THAT(message(url, Fault::time), HasSubstr("not even the connection stood"));
}

TEST(Caller, IsAsGoodAsNewAfterAFailure) {
    std::atomic<int> count = 0;
    const KeptPeer peer{[&](const KeptPeer::Asked&) {
        return ++count % 2 == 1 ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf" : kept("all");
    }};
    Caller caller{{.limit = 150ms, .connections_max = 1}};
    for (int turn = 0; turn < 3; ++turn) {
        EXPECT_FALSE(caller.call({.url = peer.url()}));
        const auto answer = caller.call({.url = peer.url()});
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->body, "all");
    }
}

TEST(Caller, RefusesWhatCannotBeSent) {
    Caller caller{{}};
    for (const auto& call : {
             Call{.url = "ftp://127.0.0.1/"},
             Call{.url = "http://127.0.0.1/a b"},
             Call{.url = "http://ann:secret@127.0.0.1:1/"},
             Call{.url = ""},
             Call{.url = "http://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}},
             Call{.method = "GET /x", .url = "http://127.0.0.1:1/"},
         }) {
        const auto answer = caller.call(call);
        ASSERT_FALSE(answer) << call.url;
        EXPECT_EQ(answer.error().fault, Fault::invalid) << call.url << answer.error().message;
        EXPECT_THAT(answer.error().message, Not(HasSubstr("secret")));
    }
}

}  // namespace
}  // namespace rhumb::fetch
