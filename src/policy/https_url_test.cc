#include "policy/https_url.h"

#include <gtest/gtest.h>

#include "http/target.h"

namespace rhumb::policy {
namespace {

class ToHttpsUrl : public testing::Test {
protected:
    http::Channel channel;
    http::Request request;
    void SetUp() override {
        request.channel = &channel;
        channel.local.ip = "192.0.2.7";
    }
    std::string url_of(std::string_view target, std::string_view host, std::uint16_t port) {
        EXPECT_TRUE(http::apply_target(request, target, host));
        return to_https_url(request, port);
    }
};

TEST_F(ToHttpsUrl, NamesTheSameOverHttps) {
    struct UrlCase {
        const char* target;
        const char* host;
        std::uint16_t port;
        const char* url;
    };
    for (const auto& c :
         {UrlCase{"/a%20b/../c?d=e&f=%41", "Example.org", 443,
                  "https://example.org/a%20b/../c?d=e&f=%41"},
          UrlCase{"/", "example.org:8080", 8443, "https://example.org:8443/"},
          UrlCase{"/?", "example.org", 443, "https://example.org/?"},
          UrlCase{"/", "[2001:db8::1]:80", 443, "https://[2001:db8::1]/"},
          UrlCase{"/a", "", 443, "https://192.0.2.7/a"},
          UrlCase{"//evil.example/", "example.org", 443, "https://example.org//evil.example/"},
          UrlCase{"/\xC3\xBC?\"<b>\xFF", "example.org", 443,
                  "https://example.org/%C3%BC?%22%3Cb%3E%FF"}}) {
        SCOPED_TRACE(c.url);
        EXPECT_EQ(url_of(c.target, c.host, c.port), c.url);
    }
}

TEST_F(ToHttpsUrl, PrefersThePublicUrl) {
    request.public_origin = "https://gis.example.org";
    EXPECT_EQ(url_of("/a?b", "10.0.0.1:8080", 8443), "https://gis.example.org/a?b");
    EXPECT_EQ(url_of("/a?b", "10.0.0.1:8080", 0), "https://gis.example.org/a?b");
    request.public_origin = "http://gis.example.org";
    EXPECT_EQ(url_of("/a", "10.0.0.1:8080", 8443), "https://10.0.0.1:8443/a");
}

TEST_F(ToHttpsUrl, IsEmptyWhereThereIsNoHttps) { EXPECT_EQ(url_of("/", "a", 0), ""); }

TEST_F(ToHttpsUrl, NamesTheServerForOptionsOfAllOfIt) {
    request.method = http::Method::options;
    EXPECT_EQ(url_of("*", "a", 443), "https://a/");
}

}  // namespace
}  // namespace rhumb::policy
