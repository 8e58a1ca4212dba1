#include "http/target.h"

#include <gtest/gtest.h>

namespace rhumb::http {
namespace {

TEST(CleanPath, DecodesAndRemovesDotSegments) {
    struct Case {
        std::string_view raw;
        std::string_view clean;
    };
    for (const auto& c : {Case{"/", "/"},
                          Case{"/a", "/a"},
                          Case{"/a/", "/a/"},
                          Case{"/a%20b", "/a b"},
                          Case{"/a+b", "/a+b"},
                          Case{"/a%20b/../c", "/c"},
                          Case{"//a///b", "/a/b"},
                          Case{"/./a", "/a"},
                          Case{"/a/.", "/a/"},
                          Case{"/a/..", "/"},
                          Case{"/a/b/..", "/a/"},
                          Case{"/a/b/../", "/a/"},
                          Case{"/a/%2e%2E/b", "/b"},
                          Case{"/a/%2e/b", "/a/b"},
                          Case{"/...", "/..."},
                          Case{"/a/..b", "/a/..b"},
                          Case{"/.hidden", "/.hidden"},
                          Case{"/a//../b", "/b"},
                          Case{"/%C3%BC", "/\xC3\xBC"},
                          Case{"/\xC3\xBC", "/\xC3\xBC"},
                          Case{"/%25", "/%"},
                          Case{"/%252e%252e", "/%2e%2e"},
                          Case{"/a;b=c", "/a;b=c"},
                          Case{"//", "/"},
                          Case{"/a/..//", "/"},
                          Case{"/%3F%23", "/?#"}}) {
        SCOPED_TRACE(c.raw);
        const auto clean = clean_path(c.raw);
        ASSERT_TRUE(clean) << clean.error().message;
        EXPECT_EQ(*clean, c.clean);
    }
}

TEST(CleanPath, RefusesWhatTwoProgramsWouldReadDifferently) {
    for (const std::string_view raw : {"",       "a",          "*",         "/..",
                                       "/../a",  "/a/../../b", "/%2e%2e/a", "/a/%2e%2e/%2e%2e/",
                                       "/a%2fb", "/a%2Fb",     "/a%5cb",    "/a\\b",
                                       "/a%00b", "/a%0d%0ab",  "/a%7f",     "/%",
                                       "/%4",    "/%zz",       "/a b",      "/a\tb",
                                       "/a\x7f", "/%ff",       "/%c0%ae",   "/\xff",
                                       "/a?b",   "/a#b"}) {
        SCOPED_TRACE(raw);
        const auto clean = clean_path(raw);
        ASSERT_FALSE(clean) << *clean;
        EXPECT_EQ(clean.error().kind, ErrorKind::invalid);
    }
    EXPECT_FALSE(clean_path(std::string_view{"/a\0b", 4}));
}

TEST(ParseAuthority, ReadsNamesAddressesAndPorts) {
    struct Case {
        std::string_view text;
        std::string_view host;
        int port;
    };
    for (const auto& c :
         {Case{"GIS.Example.org", "gis.example.org", 0}, Case{"a:8443", "a", 8443},
          Case{"a:", "a", 0}, Case{"a.:443", "a", 443}, Case{"192.0.2.1:80", "192.0.2.1", 80},
          Case{"[::1]", "::1", 0}, Case{"[2001:DB8:0:0::1]:65535", "2001:db8::1", 65535},
          Case{"under_score", "under_score", 0}, Case{"a:00080", "a", 80}}) {
        SCOPED_TRACE(c.text);
        const auto authority = parse_authority(c.text);
        ASSERT_TRUE(authority) << authority.error().message;
        EXPECT_EQ(authority->host, c.host);
        EXPECT_EQ(authority->port.value_or(0), c.port);
    }
}

TEST(ParseAuthority, RefusesEverythingElse) {
    for (const std::string_view text :
         {"",       ".",       "a..b",     ".a",          "a b",
          "a/b",    "user@a",  "a:b",      "a:0",         "a:65536",
          "a:-1",   "a:+1",    "a:1:2",    "::1",         "[::1",
          "[::1]x", "[::1]:x", "[]",       "[127.0.0.1]", "[fe80::1%eth0]",
          "a,b",    "a%41",    "\xC3\xBC", "a:000080"}) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(parse_authority(text));
    }
    EXPECT_FALSE(parse_authority(std::string(254, 'a')));
    EXPECT_FALSE(parse_authority(std::string_view{"[::1\0]", 6}));
}

class ApplyTarget : public testing::Test {
protected:
    Channel channel;
    Request request;
    void SetUp() override { request.channel = &channel; }
};

TEST_F(ApplyTarget, TakesAPathAndHost) {
    ASSERT_TRUE(apply_target(request, "/a%20b/../c?d=e?f", "Gis.Example.org:8080"));
    EXPECT_EQ(request.path, "/c");
    EXPECT_EQ(request.raw_path, "/a%20b/../c");
    EXPECT_EQ(request.query, "d=e?f");
    EXPECT_TRUE(request.has_query);
    EXPECT_EQ(request.host, "gis.example.org");
    EXPECT_EQ(request.port, 8080);
    EXPECT_EQ(request.origin(), "http://gis.example.org:8080");
    EXPECT_EQ(request.target(), "/a%20b/../c?d=e?f");
}

TEST_F(ApplyTarget, FallsBackToThePortOfTheScheme) {
    ASSERT_TRUE(apply_target(request, "/?", "a"));
    EXPECT_EQ(request.port, 80);
    EXPECT_TRUE(request.has_query);
    EXPECT_EQ(request.target(), "/?");
    channel.is_secure = true;
    ASSERT_TRUE(apply_target(request, "/", "a"));
    EXPECT_EQ(request.port, 443);
    EXPECT_FALSE(request.has_query);
    EXPECT_EQ(request.origin(), "https://a");
}

TEST_F(ApplyTarget, LetsAbsoluteFormWinOverHost) {
    ASSERT_TRUE(apply_target(request, "HTTP://A:81/b?c", "other:99"));
    EXPECT_EQ(request.host, "a");
    EXPECT_EQ(request.port, 81);
    EXPECT_EQ(request.path, "/b");
    ASSERT_TRUE(apply_target(request, "http://a?c", "other"));
    EXPECT_EQ(request.path, "/");
    EXPECT_EQ(request.query, "c");
    ASSERT_TRUE(apply_target(request, "http://a", ""));
    EXPECT_EQ(request.path, "/");
    EXPECT_EQ(request.port, 80);
}

TEST_F(ApplyTarget, TakesAsteriskForOptionsOnly) {
    EXPECT_FALSE(apply_target(request, "*", "a"));
    request.method = Method::options;
    ASSERT_TRUE(apply_target(request, "*", "a"));
    EXPECT_EQ(request.raw_path, "*");
    EXPECT_EQ(request.path, "/");
}

TEST_F(ApplyTarget, RefusesTargetsThatAreNone) {
    for (const std::string_view target :
         {"", "a", "?a", "ftp://a/", "https://a/", "http://", "http://u@a/", "http:///a", "/a#b",
          "/a?b#c", "/a?b c", "/../a"}) {
        SCOPED_TRACE(target);
        EXPECT_FALSE(apply_target(request, target, "a"));
    }
    EXPECT_FALSE(apply_target(request, "/", "a b"));
    EXPECT_FALSE(apply_target(request, "http://a/", "b/c"))
        << "a bad Host is refused even where the target wins";
    request.method = Method::connect;
    EXPECT_FALSE(apply_target(request, "a:443", "a:443"));
}

TEST(FindParameter, DecodesTheFirstOfThatName) {
    EXPECT_EQ(find_parameter("a=1&F=json&f=html", "f"), "json");
    EXPECT_EQ(find_parameter("where=NAME+LIKE+%27A%25%27", "where"), "NAME LIKE 'A%'");
    EXPECT_EQ(find_parameter("where=A%'&x=%4", "where"), "A%'");
    EXPECT_EQ(find_parameter("where=A%'&x=%4", "x"), "%4");
    EXPECT_EQ(find_parameter("f", "f"), "");
    EXPECT_EQ(find_parameter("f=&f=1", "f"), "");
    EXPECT_EQ(find_parameter("out%46ields=*", "outfields"), "*");
    EXPECT_EQ(find_parameter("ff=1&&=2", "f"), std::nullopt);
    EXPECT_EQ(find_parameter("", "f"), std::nullopt);
    EXPECT_EQ(find_parameter("&&", ""), std::nullopt);
}

}  // namespace
}  // namespace rhumb::http
