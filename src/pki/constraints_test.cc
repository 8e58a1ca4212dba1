#include "pki/constraints.h"

#include <gtest/gtest.h>

namespace rhumb::pki {
namespace {

TEST(AddressRange, ContainsWhatItsPrefixSays) {
    struct Case {
        std::string_view range, inside, outside;
    };
    for (const auto& c :
         {Case{"10.0.0.0/8", "10.255.0.1", "11.0.0.0"},
          Case{"172.16.0.0/12", "172.31.255.255", "172.32.0.0"},
          Case{"100.64.0.0/10", "100.127.1.1", "100.128.0.0"},
          Case{"fc00::/7", "fdff::1", "fe00::1"}, Case{"::1/128", "::1", "::2"},
          Case{"192.0.2.7", "192.0.2.7", "192.0.2.8"}, Case{"::/0", "2001:db8::1", "10.0.0.1"}}) {
        SCOPED_TRACE(c.range);
        const auto range = AddressRange::parse(c.range);
        ASSERT_TRUE(range) << range.error().message;
        EXPECT_TRUE(range->contains(*Name::parse(c.inside)));
        EXPECT_FALSE(range->contains(*Name::parse(c.outside)));
        EXPECT_EQ(*AddressRange::from_bytes(range->to_bytes()), *range);
    }
    EXPECT_EQ(AddressRange::parse("192.0.2.7")->text(), "192.0.2.7/32");
}

TEST(AddressRange, RefusesWhatIsNone) {
    for (const auto* text :
         {"", "localhost", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/-1", "::/129"})
        EXPECT_FALSE(AddressRange::parse(text)) << text;
    EXPECT_FALSE(AddressRange::from_bytes(std::string("\x0a\0\0\0\xff\0\xff\0", 8)))
        << "a mask with a hole";
    EXPECT_FALSE(AddressRange::from_bytes("abc"));
}

TEST(NameConstraints, PermitADomainAndAllBelowIt) {
    const NameConstraints constraints{{"test", "gis.example.org"},
                                      {*AddressRange::parse("10.0.0.0/8")}};
    for (const auto* name : {"test", "a.test", "x.a.test", "*.a.test", "gis.example.org",
                             "a.gis.example.org", "*.gis.example.org", "10.1.2.3"})
        EXPECT_TRUE(constraints.permit(*Name::parse(name))) << name;
    for (const auto* name :
         {"atest", "example.org", "*.example.org", "agis.example.org", "11.0.0.1", "::1"})
        EXPECT_FALSE(constraints.permit(*Name::parse(name))) << name;
}

}  // namespace
}  // namespace rhumb::pki
