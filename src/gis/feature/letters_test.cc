#include "gis/feature/letters.h"

#include <gtest/gtest.h>

namespace rhumb::gis {
namespace {

TEST(Letters, ChangeCaseInLatinGreekAndCyrillic) {
    struct Case {
        const char* lower;
        const char* upper;
    };
    for (const auto& c : {Case{"berlin 7", "BERLIN 7"}, Case{"åland", "ÅLAND"},
                          Case{"łódź", "ŁÓDŹ"}, Case{"şırnak", "ŞIRNAK"}, Case{"αθηνα", "ΑΘΗΝΑ"},
                          Case{"ёлка київ", "ЁЛКА КИЇВ"}, Case{"ÿ", "Ÿ"}, Case{"东京", "东京"}}) {
        EXPECT_EQ(to_upper(c.lower), c.upper);
        if (std::string_view{c.lower} != "şırnak") {
            EXPECT_EQ(to_lower(c.upper), c.lower);
        }
    }
}

TEST(Letters, StandTextThatIsCutShort) { EXPECT_EQ(to_upper("a\xC3"), "A\xC3"); }

}  // namespace
}  // namespace rhumb::gis
