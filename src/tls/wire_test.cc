#include "tls/wire.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace rhumb::tls {
namespace {

TEST(Suites, HaveNumbersAndNamesOfTheirOwn) {
    std::set<std::uint16_t> ids;
    std::set<std::string_view> names;
    for (const auto& suite : all_suites()) {
        EXPECT_TRUE(ids.insert(suite.id).second) << suite.name;
        EXPECT_TRUE(names.insert(suite.name).second) << suite.name;
    }
}

TEST(Suites, AreOfTheWorstClassThatTheyDeserve) {
    struct Case {
        std::uint16_t id;
        SuiteClass suite_class;
    };
    for (const auto& one :
         {Case{0xc02b, SuiteClass::recommended},  Case{0xcca8, SuiteClass::recommended},
          Case{0xc0ae, SuiteClass::other},        Case{0xc08a, SuiteClass::other},
          Case{0xc013, SuiteClass::block},        Case{0x009e, SuiteClass::finite_field},
          Case{0x0039, SuiteClass::finite_field}, Case{0x009c, SuiteClass::static_key},
          Case{0xc005, SuiteClass::static_key},   Case{0x000a, SuiteClass::triple_des},
          Case{0xc012, SuiteClass::triple_des},   Case{0x0007, SuiteClass::triple_des},
          Case{0x0009, SuiteClass::des},          Case{0x0005, SuiteClass::rc4},
          Case{0xc011, SuiteClass::rc4},          Case{0x0003, SuiteClass::exportable},
          Case{0x0062, SuiteClass::exportable},   Case{0x0014, SuiteClass::exportable},
          Case{0x0018, SuiteClass::anonymous},    Case{0x0019, SuiteClass::anonymous},
          Case{0xc018, SuiteClass::anonymous},    Case{0x0002, SuiteClass::null},
          Case{0xc015, SuiteClass::null},         Case{0xc010, SuiteClass::null}}) {
        bool is_there = false;
        for (const auto& suite : all_suites())
            if (suite.id == one.id) {
                is_there = true;
                EXPECT_EQ(suite.suite_class(), one.suite_class) << suite.name;
            }
        EXPECT_TRUE(is_there) << one.id;
    }
}

TEST(Suites, OfTheGuidelineAreSixAndThree) {
    const auto count = [](auto suites) {
        return std::ranges::count(suites, SuiteClass::recommended, &Suite::suite_class);
    };
    EXPECT_EQ(count(all_suites()), 6);
    EXPECT_EQ(count(all_suites_13()), 3);
}

TEST(Numbers, HaveNamesAlsoWhereTheyAreUnknown) {
    EXPECT_EQ(suite_name(0x1301), "TLS_AES_128_GCM_SHA256");
    EXPECT_EQ(suite_name(0xfafa), "0xfafa");
    EXPECT_EQ(group_name(0x11ec), "X25519MLKEM768");
    EXPECT_EQ(group_name(0xfafa), "group 0xfafa");
    EXPECT_EQ(alert_name(40), "handshake_failure");
    EXPECT_EQ(alert_name(200), "alert 200");
    EXPECT_EQ(to_text(Version::ssl_3), "SSL 3.0");
}

}  // namespace
}  // namespace rhumb::tls
