#include "pki/public_suffix.h"

#include <gtest/gtest.h>

namespace rhumb::pki {
namespace {

TEST(PublicSuffix, IsADomainBelowWhichNamesAreGivenToAnybody) {
    for (const auto* name : {"com", "dev", "de", "co.uk", "github.io", "*.co.uk", "xn--p1ai"})
        EXPECT_TRUE(is_public_suffix(*Name::parse(name))) << name;
    for (const auto* name : {"localhost", "chart-room", "example.org", "gis.example.co.uk",
                             "*.example.org", "a.test", "127.0.0.1", "::1"})
        EXPECT_FALSE(is_public_suffix(*Name::parse(name))) << name;
}

}  // namespace
}  // namespace rhumb::pki
