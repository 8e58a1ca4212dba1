#include "fetch/url.h"

#include <gtest/gtest.h>

namespace rhumb::fetch {
namespace {

TEST(Url, IsTakenApart) {
    const auto url = parse_url(" HTTPS://Gis.Example.ORG.:8443/a/../b%20c?x=1&y#part ");
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_TRUE(url->is_https);
    EXPECT_EQ(url->host, "gis.example.org");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->path, "/b%20c");
    EXPECT_EQ(url->query, "x=1&y");
    EXPECT_EQ(url->text(), "https://gis.example.org:8443/b%20c?x=1&y");
}

TEST(Url, HasThePortOfItsScheme) {
    EXPECT_EQ(parse_url("http://a.example")->port, 80);
    EXPECT_EQ(parse_url("https://a.example")->port, 443);
    EXPECT_EQ(parse_url("https://a.example:443/x")->text(), "https://a.example/x");
    EXPECT_EQ(parse_url("http://a.example:443")->text(), "http://a.example:443/");
}

TEST(Url, KeepsAnIpv6AddressWithoutItsBrackets) {
    const auto url = parse_url("https://[2001:DB8::1]:8443/");
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->host, "2001:db8::1");
    EXPECT_EQ(url->text(), "https://[2001:db8::1]:8443/");
}

TEST(Url, EscapesWhatNoRequestCanCarry) {
    EXPECT_EQ(parse_url("http://a.example/b\xC3\xBC"
                        "cher x?\xC3\xBC")
                  ->target(),
              "/b%C3%BCcher%20x?%C3%BC");
    EXPECT_EQ(parse_url("http://a.exa\nmple/\tx")->text(), "http://a.example/x");
}

TEST(Url, IsOfHttpAndHttpsAlone) {
    for (const auto* text :
         {"", "a.example", "//a.example/", "ftp://a.example/", "mailto:a@b.example",
          "javascript:alert(1)", "data:text/html,x", "http://", "http://:80/",
          "https://a.example:0/", "https://a.example:70000/"}) {
        const auto url = parse_url(text);
        EXPECT_FALSE(url) << text << " is " << url->text();
    }
}

TEST(Url, ForgetsUserAndPassword) {
    EXPECT_EQ(parse_url("http://ann:secret@a.example/")->text(), "http://a.example/");
}

TEST(Url, ResolvesReferences) {
    const auto base = *parse_url("https://a.example:8443/x/y?q=1");
    struct Case {
        const char* reference;
        const char* meant;
    };
    for (const auto& [reference, meant] : {
             Case{"", "https://a.example:8443/x/y?q=1"},
             Case{"#part", "https://a.example:8443/x/y?q=1"},
             Case{"z", "https://a.example:8443/x/z"},
             Case{"../z", "https://a.example:8443/z"},
             Case{"/z?p", "https://a.example:8443/z?p"},
             Case{"?p=2", "https://a.example:8443/x/y?p=2"},
             Case{"//b.example/z", "https://b.example/z"},
             Case{"http://b.example", "http://b.example/"},
             Case{"HTTP://B.example/Z", "http://b.example/Z"},
             Case{"/redirect?to=http://b.example/",
                  "https://a.example:8443/redirect?to=http://b.example/"},
             Case{"a:b/c", ""},
             Case{"mailto:ann@example.org", ""},
             Case{"javascript:void(0)", ""},
             Case{"data:image/png;base64,AA==", ""},
         }) {
        SCOPED_TRACE(reference);
        const auto url = resolve_url(base, reference);
        EXPECT_EQ(url ? url->text() : "", meant);
    }
}

TEST(Url, RefusesWhatIsTooLong) {
    EXPECT_FALSE(parse_url("https://a.example/" + std::string(9000, 'x')));
}

}  // namespace
}  // namespace rhumb::fetch
