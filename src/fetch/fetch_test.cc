#include "fetch/fetch.h"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fetch/testing.h"

namespace rhumb::fetch {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string to(std::string_view url) {
    return fmt::format(
        "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        url);
}

const Options anywhere{.limit = 5s, .reach = Reach::anywhere};

TEST(Fetch, GivesTheBodyAsItIs) {
    const std::string body{"\0\xFF certificate", 14};
    const Peer peer{[&](const std::string& line) {
        return with_body(first_line(line) == "GET /a.cer HTTP/1.1" ? body : "");
    }};
    const auto got = get(peer.url("/a.cer"), anywhere);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, body);
}

TEST(Fetch, LooksAtNothingInsideThisMachineUnlessAllowed) {
    const Peer peer{[](const std::string&) { return with_body("secret"); }};
    const auto refused = get(peer.url());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_THAT(refused.error().message, HasSubstr("127.0.0.1"));
    EXPECT_EQ(peer.count(), 0);
}

TEST(Fetch, FollowsAFewRedirects) {
    const Peer peer{[](const std::string& line) {
        const int step = line[5] - '0';
        return step == 0 ? with_body("end") : to(fmt::format("/{}", step - 1));
    }};
    EXPECT_EQ(*get(peer.url("/3"), anywhere), "end");
    const auto endless = get(peer.url("/4"), anywhere);
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().kind, ErrorKind::invalid);
}

TEST(Fetch, IsNotLedToOtherSchemes) {
    for (const auto* target :
         {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "dict://127.0.0.1/"}) {
        const Peer peer{[&](const std::string&) { return to(target); }};
        const auto got = get(peer.url(), anywhere);
        ASSERT_FALSE(got) << target;
        EXPECT_EQ(got.error().kind, ErrorKind::invalid) << got.error().message;
    }
}

TEST(Fetch, BoundsTheSizeWhetherItIsAnnouncedOrNot) {
    const Options small{.size_max = 100, .limit = 5s, .reach = Reach::anywhere};
    const std::string body(101, 'x');
    const Peer announced{[&](const std::string&) { return with_body(body); }};
    EXPECT_EQ(get(announced.url(), small).error().kind, ErrorKind::too_large);
    const Peer unannounced{[&](const std::string&) { return "HTTP/1.0 200 OK\r\n\r\n" + body; }};
    EXPECT_EQ(get(unannounced.url(), small).error().kind, ErrorKind::too_large);
    const Peer fitting{[&](const std::string&) { return with_body(body.substr(1)); }};
    EXPECT_EQ(get(fitting.url(), small)->size(), 100U);
}

TEST(Fetch, BoundsTheTime) {
    const Peer silent{[](const std::string&) { return std::string{}; }};
    const auto begun = std::chrono::steady_clock::now();
    const auto got = get(silent.url(), {.limit = 100ms, .reach = Reach::anywhere});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST(Fetch, TellsApartWhatTheServerSays) {
    const Peer missing{[](const std::string&) { return with_body("", "404 Not Found"); }};
    EXPECT_EQ(get(missing.url(), anywhere).error().kind, ErrorKind::not_found);
    const Peer broken{[](const std::string&) { return with_body("", "500 Oops"); }};
    EXPECT_EQ(get(broken.url(), anywhere).error().kind, ErrorKind::unavailable);
    const Peer cut{
        [](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"; }};
    EXPECT_EQ(get(cut.url(), anywhere).error().kind, ErrorKind::unavailable);
}

TEST(Fetch, RefusesWhatIsNoUrlOfTheWeb) {
    for (const auto* url : {"", "file:///etc/passwd", "ldap://x/", "http:/x", "//x/", "http://x y/",
                            "http://x/\r\nHost: y", "http://user:word@127.0.0.1/", "http://[::1/",
                            "http://b\xC3\xBC"
                            "cher.example/"}) {
        const auto got = get(url, {.limit = 500ms});
        ASSERT_FALSE(got) << url;
        EXPECT_EQ(got.error().kind, ErrorKind::invalid) << url << ": " << got.error().message;
    }
}

TEST(Fetch, SaysThatNobodyAnswers) {
    std::string url;
    {
        const Peer gone{[](const std::string&) { return std::string{}; }};
        url = gone.url();
    }
    const auto got = get(url, anywhere);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(got.error().message, HasSubstr(url));
}

}  // namespace
}  // namespace rhumb::fetch
