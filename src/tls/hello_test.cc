#include "tls/hello.h"

#include <gtest/gtest.h>

#include "tls/fake_answers.h"

namespace rhumb::tls {
namespace {

const std::string random_bytes(64, 'x');

TEST(ClientHello, OffersWhatItIsToldTo) {
    const auto hello = client_hello({.version = Version::tls_1_1,
                                     .suites = {0x0005, 0x000a},
                                     .groups = {0x17},
                                     .server_name = "gis.example.org",
                                     .offers_compression = true},
                                    random_bytes);
    const auto offer = read_offer(hello);
    EXPECT_EQ(offer.version, 0x0302);
    EXPECT_EQ(offer.suites, (std::vector<int>{0x0005, 0x000a}));
    EXPECT_EQ(offer.groups, (std::vector<int>{0x17}));
    EXPECT_TRUE(offer.compresses);
    EXPECT_FALSE(offer.is_13);
    EXPECT_NE(hello.find("gis.example.org"), std::string::npos);
}

TEST(ClientHello, OfSsl3HasNoExtensions) {
    const auto hello = client_hello(
        {.version = Version::ssl_3, .suites = {0x0005}, .server_name = "gis.example.org"},
        random_bytes);
    EXPECT_EQ(read_offer(hello).version, 0x0300);
    EXPECT_EQ(hello.find("gis.example.org"), std::string::npos);
    EXPECT_EQ(hello.substr(1, 2), std::string("\x03\x00", 2));
}

TEST(ClientHello, SendsNoAddressAsAName) {
    for (const auto* address : {"192.0.2.7", "2001:db8::1"})
        EXPECT_EQ(client_hello({.suites = {1}, .server_name = address}, random_bytes).find(address),
                  std::string::npos);
}

TEST(ClientHello, AvoidsTheLengthsThatSomeHangOn) {
    std::vector<std::uint16_t> suites;
    for (std::uint16_t count = 1; count < 300; ++count) {
        suites.push_back(count);
        const auto size =
            client_hello({.version = Version::tls_1_2, .suites = suites}, random_bytes).size() - 5;
        EXPECT_FALSE(size >= 256 && size < 512) << size;
    }
}

}  // namespace
}  // namespace rhumb::tls
