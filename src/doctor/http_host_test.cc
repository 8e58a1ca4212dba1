#include "doctor/http_host.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::doctor {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

fetch::Url url(std::string_view text) { return *fetch::parse_url(text); }

TEST(Reach, IsReadOffTheSpellingOfAHost) {
    for (const auto* host : {"gis.example.org", "192.0.2.7", "2001:db8::1", "8.8.8.8", "172.32.0.1",
                             "locally.example.com",
                             "local"
                             "host.example.com"})
        EXPECT_EQ(reach_of(host), Reach::everybody) << host;
    for (const auto* host :
         {"10.1.2.3", "192.168.0.1", "172.16.0.1", "100.64.0.1", "169.254.1.1", "fd00::1",
          "fe80::1", "geoserver", "gis.local", "gis.internal", "gis.home.arpa", "printer.lan"})
        EXPECT_EQ(reach_of(host), Reach::network) << host;
    for (const auto* host : {"127.0.0.1", "127.8.8.8", "::1", "localhost", "gis.localhost",
                             "localhost.localdomain", "0.0.0.0"})
        EXPECT_EQ(reach_of(host), Reach::machine) << host;
}

TEST(Reach, OfAnotherHostIsHeldAgainstThatOfTheOneWhoNamesIt) {
    const auto open = url("https://gis.example.org/");
    EXPECT_THAT(why_inner(url("http://10.0.0.5:8080/"), open), HasSubstr("private network"));
    EXPECT_THAT(why_inner(url("http://geoserver:8080/"), open), HasSubstr("without a domain"));
    EXPECT_THAT(why_inner(url("http://gis.internal/"), open), HasSubstr("its own network"));
    EXPECT_THAT(why_inner(url("http://localhost:8080/"), open), HasSubstr("machine itself"));
    EXPECT_THAT(why_inner(url("https://maps.example.com/"), open), IsEmpty());

    const auto inner = url("https://gis.intra.local/");
    EXPECT_THAT(why_inner(url("http://10.0.0.5/"), inner), IsEmpty());
    EXPECT_THAT(why_inner(url("http://localhost/"), inner), HasSubstr("machine itself"));

    const auto here = url("https://localhost:8443/");
    EXPECT_THAT(why_inner(url("https://127.0.0.1:8443/"), here), IsEmpty());
    EXPECT_THAT(why_inner(url("https://gis:8443/"), here), IsEmpty());
    EXPECT_THAT(why_inner(url("https://10.0.0.5/"), url("https://10.0.0.5:8443/")), IsEmpty());
}

TEST(Reach, OfAPortIsThatOfThePortsByWhichClientsCome) {
    const auto open = url("https://gis.example.org/");
    const std::array<std::uint16_t, 1> ports{8081};
    EXPECT_THAT(why_inner(url("http://gis.example.org:8080/geoserver"), open, ports),
                HasSubstr("port 8080"));
    EXPECT_THAT(why_inner(url("https://gis.example.org:6443/"), open, ports),
                HasSubstr("port 6443"));
    EXPECT_THAT(why_inner(url("http://gis.example.org:8081/"), open, ports), IsEmpty());
    EXPECT_THAT(why_inner(url("http://gis.example.org/"), open, ports), IsEmpty());
    EXPECT_THAT(why_inner(url("https://gis.example.org/"), open, ports), IsEmpty());
    EXPECT_THAT(why_inner(url("https://maps.example.com:8443/"), open, ports), IsEmpty());
    EXPECT_THAT(why_inner(url("http://127.0.0.1:9000/"), url("https://localhost:8443/"), {}),
                HasSubstr("port 9000"));
}

}  // namespace
}  // namespace rhumb::doctor
