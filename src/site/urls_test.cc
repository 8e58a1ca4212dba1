#include "site/urls.h"

#include <gtest/gtest.h>

#include "config/parse.h"

namespace rhumb::site {
namespace {

config::Document document(std::string_view text) {
    auto parsed = config::parse_or_fail(text, "test.toml");
    EXPECT_TRUE(parsed) << parsed.error().message;
    return *std::move(parsed);
}

/// A request in the clear for /x that came in at `local_ip`.
struct Asked {
    http::Channel channel;
    http::Request request;
    Asked(std::string local_ip, std::string host, std::uint16_t port = 80) {
        channel.local = {std::move(local_ip), 8080};
        request.channel = &channel;
        request.host = std::move(host);
        request.port = port;
        request.path = request.raw_path = "/x";
    }
};

TEST(Urls, NameThePortOnlyWhereItIsNeeded) {
    EXPECT_EQ(http::make_origin(true, "a.test", 443), "https://a.test");
    EXPECT_EQ(http::make_origin(true, "a.test", 80), "https://a.test:80");
    EXPECT_EQ(http::make_origin(false, "a.test", 80), "http://a.test");
    EXPECT_EQ(http::make_origin(false, "::1", 8080), "http://[::1]:8080");
    EXPECT_EQ(http::make_origin(true, "a.test", 0), "https://a.test");
}

TEST(Urls, FollowTheBindingThatIsNearestToTheClient) {
    const auto site = document(R"([[site]]
bindings = ["http://*:80", "https://10.0.0.1:8443", "https://*:444", { url = "https://10.0.0.2:9443", public_port = 443 }]
)")
                          .sites.at(0);
    EXPECT_EQ(https_url(Asked("10.0.0.1", "a.test").request, site), "https://a.test:8443/x");
    EXPECT_EQ(https_url(Asked("10.0.0.2", "a.test").request, site), "https://a.test/x");
    EXPECT_EQ(https_url(Asked("10.0.0.3", "a.test").request, site), "https://a.test:444/x");
    EXPECT_EQ(https_url(Asked("10.0.0.3", "").request, site), "https://10.0.0.3:444/x");
}

TEST(Urls, AreNoneWhereNothingIsServedOverHttps) {
    const auto site = document("[[site]]\nbindings = [\"http://*:80\"]\n").sites.at(0);
    Asked asked{"10.0.0.1", "a.test"};
    EXPECT_EQ(https_url(asked.request, site), "");
    asked.request.public_origin = "https://gis.example.org";
    EXPECT_EQ(https_url(asked.request, site), "https://gis.example.org/x")
        << "a proxy has the certificate";
}

TEST(Urls, OfAPortThatSpeaksHttpsNameThatPortAsTheClientSeesIt) {
    const config::Binding plain{true, "*", 8443};
    const config::Binding forwarded{true, "*", 8443, 443};
    EXPECT_EQ(https_url_here(Asked("10.0.0.1", "a.test", 8443).request, plain),
              "https://a.test:8443/x");
    EXPECT_EQ(https_url_here(Asked("10.0.0.1", "a.test").request, plain), "https://a.test:8443/x");
    EXPECT_EQ(https_url_here(Asked("10.0.0.1", "a.test").request, forwarded), "https://a.test/x");
    EXPECT_EQ(https_url_here(Asked("10.0.0.1", "a.test", 4443).request, forwarded),
              "https://a.test:4443/x");
}

TEST(Urls, ForPeopleHaveTheBestNameThatIsKnown) {
    const auto site = document(R"([[site]]
host_names = ["*.a.test", "maps.a.test"]
bindings = ["http://127.0.0.1:8080", { url = "https://*:8443", public_port = 443 }]
)")
                          .sites.at(0);
    EXPECT_EQ(origin_for_people(site, true, {}), "https://maps.a.test");
    EXPECT_EQ(origin_for_people(site, false, {"b.test"}), "http://b.test:8080");
    const auto any =
        document("[[site]]\nbindings = [\"https://*:443\", \"http://[::1]:81\"]\n").sites.at(0);
    EXPECT_EQ(origin_for_people(any, true, {}), "https://localhost");
    EXPECT_EQ(origin_for_people(any, false, {}), "http://[::1]:81");
    const auto none = document("[[site]]\nbindings = [\"https://*:443\"]\n").sites.at(0);
    EXPECT_EQ(origin_for_people(none, false, {}), "");
}

TEST(Urls, InTheClearAreOnlyKnownWithAName) {
    EXPECT_EQ(public_http_origin(document("[[site]]\n"), {}), "");
    EXPECT_EQ(public_http_origin(document("[[site]]\n"), {"gis.test"}), "http://gis.test");
    EXPECT_EQ(public_http_origin(
                  document("[[site]]\nhost_names = [\"a.test\"]\nbindings = [\"http://*:8080\"]\n"),
                  {"gis.test"}),
              "http://a.test:8080");
    EXPECT_EQ(
        public_http_origin(
            document("[[site]]\nhost_names = [\"a.test\"]\nbindings = [\"https://*:443\"]\n"), {}),
        "");
    EXPECT_EQ(public_http_origin(document("[server]\npublic_url = \"http://p.test:81\"\n"), {}),
              "http://p.test:81");
}

}  // namespace
}  // namespace rhumb::site
