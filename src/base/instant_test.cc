#include "base/instant.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(Instant, ReadsWhatPeopleAndProgramsWrite) {
    struct Case {
        const char* text;
        std::int64_t seconds;
    };
    for (const auto& c :
         {Case{"1970-01-01", 0}, Case{"2024-03-01", 1709251200},
          Case{"2024-03-01T00:00:01Z", 1709251201}, Case{"2024-03-01 00:00:01", 1709251201},
          Case{"2024-03-01T00:01", 1709251260}, Case{"2024-03-01T00:00:00.999+00:00", 1709251200},
          Case{"2024-03-01T01:30:00+01:30", 1709251200},
          Case{"2024-02-29T19:00:00-05:00", 1709251200}, Case{"1969-12-31T23:59:59Z", -1},
          Case{"@1709251200", 1709251200}}) {
        SCOPED_TRACE(c.text);
        const auto instant = parse_instant(c.text);
        ASSERT_TRUE(instant) << instant.error().message;
        EXPECT_EQ(instant->time_since_epoch().count(), c.seconds);
    }
}

TEST(Instant, RefusesWhatIsNoTime) {
    for (const auto* text :
         {"", "today", "2024", "2024-13-01", "2024-02-30", "2024-03-01T", "2024-03-01T25:00",
          "2024-03-01T00:00:", "2024-03-01T00:00:00.", "2024-03-01T00:00:00Zx",
          "2024-03-01T00:00:00+1", "@", "@x", "24-03-01"})
        EXPECT_FALSE(parse_instant(text)) << text;
}

}  // namespace
}  // namespace rhumb
