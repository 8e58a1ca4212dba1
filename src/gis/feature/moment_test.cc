#include "gis/feature/moment.h"

#include <gtest/gtest.h>

namespace rhumb::gis {
namespace {

TEST(Moment, ReadsDatesAndTimes) {
    EXPECT_EQ(to_instant("1970-01-01")->milliseconds, 0);
    EXPECT_EQ(to_instant("2026-11-22 13:05:09")->milliseconds, 1795352709000);
    EXPECT_EQ(to_instant(" 2026-11-22T13:05:09.25Z ")->milliseconds, 1795352709250);
    EXPECT_EQ(to_instant("1969-12-31T23:59")->milliseconds, -60000);
}

TEST(Moment, RefusesWhatIsNone) {
    for (const auto* text : {"", "2026", "2026-13-01", "2026-02-30", "2026-11-22 25:00:00",
                             "2026-11-22x", "2026-11-22 1", "22.11.2026", "2026-11-22 10:00:00.",
                             "2026-11-22 10:00:00.1234567890123"}) {
        EXPECT_FALSE(to_instant(text)) << text;
    }
}

TEST(Moment, WritesWhatItReads) {
    for (const auto* text :
         {"2026-11-22T13:05:09Z", "1900-02-28T00:00:00Z", "2000-02-29T23:59:59.125Z"}) {
        EXPECT_EQ(to_text(*to_instant(text)), text);
    }
}

}  // namespace
}  // namespace rhumb::gis
