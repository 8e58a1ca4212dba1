#include "doctor/target.h"

#include <array>

#include <gtest/gtest.h>

namespace rhumb::doctor {
namespace {

TEST(ParseTarget, ReadsUrlsNamesAndAddresses) {
    struct Case {
        const char* text;
        const char* url;
        const char* host;
        int port;
    };
    for (const auto& one : {
             Case{"https://gis.example.org:8443/arcgis?f=json#top",
                  "https://gis.example.org:8443/arcgis?f=json", "gis.example.org", 8443},
             Case{"gis.example.org", "https://gis.example.org/", "gis.example.org", 443},
             Case{"  GIS.Example.ORG. ", "https://gis.example.org/", "gis.example.org", 443},
             Case{"gis.example.org:8443", "https://gis.example.org:8443/", "gis.example.org", 8443},
             Case{"gis.example.org:80", "http://gis.example.org/", "gis.example.org", 80},
             Case{"https://gis.example.org:80/x", "https://gis.example.org:80/x", "gis.example.org",
                  80},
             Case{"HTTP://localhost?a=b", "http://localhost/?a=b", "localhost", 80},
             Case{"192.0.2.7", "https://192.0.2.7/", "192.0.2.7", 443},
             Case{"192.0.2.7:8443", "https://192.0.2.7:8443/", "192.0.2.7", 8443},
             Case{"2001:db8::1", "https://[2001:db8::1]/", "2001:db8::1", 443},
             Case{"[2001:DB8::1]:8443", "https://[2001:db8::1]:8443/", "2001:db8::1", 8443},
             Case{"bücher.example", "https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443},
             Case{"https://gis.example.org/a b/ü", "https://gis.example.org/a%20b/%C3%BC",
                  "gis.example.org", 443},
         }) {
        const auto target = parse_target(one.text);
        ASSERT_TRUE(target) << one.text << ": " << target.error().message;
        EXPECT_EQ(target->url(), one.url) << one.text;
        EXPECT_EQ(target->host, one.host) << one.text;
        EXPECT_EQ(target->port, one.port) << one.text;
    }
}

TEST(ParseTarget, TellsAddressesFromNames) {
    EXPECT_TRUE(parse_target("192.0.2.7")->is_ip);
    EXPECT_TRUE(parse_target("[::1]:1")->is_ip);
    EXPECT_FALSE(parse_target("gis.example.org")->is_ip);
}

TEST(ParseTarget, KeepsTheOwnLettersOfANameForPeople) {
    EXPECT_EQ(parse_target("https://BÜCHER.example/")->unicode, "bücher.example");
}

TEST(ParseTarget, RefusesWhatIsNoServer) {
    for (const auto* text :
         {"", "https://", "ftp://gis.example.org", "https://ann:secret@gis.example.org/",
          "*.example.org", "gis.example.org:0", "gis.example.org:65536", "gis.example.org:https",
          "[::1", "[::1]x", "gis example.org", "-.example.org", "https://gis.example.org:"})
        EXPECT_FALSE(parse_target(text)) << text;
}

TEST(ParseTarget, DoesNotRepeatAPassword) {
    const auto refused = parse_target("https://ann:secret@gis.example.org/");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace rhumb::doctor
