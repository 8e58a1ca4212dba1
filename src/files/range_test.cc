#include "files/range.h"

#include <gtest/gtest.h>

namespace rhumb::files {
namespace {

using Kind = RangeRequest::Kind;

TEST(ParseRange, TakesTheParts) {
    struct Case {
        std::string_view value;
        std::vector<ByteRange> parts;
    };
    for (const auto& c :
         {Case{"bytes=0-0", {{0, 1}}}, Case{"bytes=0-99", {{0, 100}}},
          Case{"bytes=900-", {{900, 100}}}, Case{"bytes=-100", {{900, 100}}},
          Case{"bytes=-5000", {{0, 1000}}}, Case{"bytes=990-2000", {{990, 10}}},
          Case{"bytes=0-", {{0, 1000}}}, Case{"BYTES=1-2", {{1, 2}}}, Case{" bytes=1-2 ", {{1, 2}}},
          Case{"bytes=0-1,5-6 , -1", {{0, 2}, {5, 2}, {999, 1}}}, Case{"bytes=,0-1,,", {{0, 2}}},
          Case{"bytes=0-1,5000-6000", {{0, 2}}}, Case{"bytes=5-6,0-1", {{5, 2}, {0, 2}}},
          Case{"bytes=0-99999999999999999999999999", {{0, 1000}}}}) {
        SCOPED_TRACE(c.value);
        const auto request = parse_range(c.value, 1000);
        EXPECT_EQ(request.kind, Kind::parts);
        EXPECT_EQ(request.parts, c.parts);
    }
}

TEST(ParseRange, GivesTheWholeForWhatIsNoRange) {
    for (const std::string_view value :
         {"", "bytes", "bytes=", "bytes=,", "lines=0-1", "bytes=a-b", "bytes=1", "bytes=-",
          "bytes=5-4", "bytes=0-1,x", "bytes=1-2-3", "bytes=--1", "bytes=+1-2", "bytes=0x1-2",
          "bytes = 0-1"}) {
        SCOPED_TRACE(value);
        EXPECT_EQ(parse_range(value, 1000).kind, Kind::whole);
    }
}

TEST(ParseRange, GivesTheWholeForMoreThanTheWhole) {
    EXPECT_EQ(parse_range("bytes=0-,0-", 1000).kind, Kind::whole);
    EXPECT_EQ(parse_range("bytes=0-600,400-999", 1000).kind, Kind::whole);
    std::string many = "bytes=0-0";
    for (int i = 1; i < 16; ++i) many += ",0-0";
    EXPECT_EQ(parse_range(many, 1000).kind, Kind::parts);
    EXPECT_EQ(parse_range(many + ",0-0", 1000).kind, Kind::whole);
    EXPECT_EQ(parse_range(many + ",5000-", 1000).kind, Kind::whole);
}

TEST(ParseRange, SaysWhenNothingLiesWithin) {
    for (const std::string_view value : {"bytes=1000-", "bytes=1000-2000", "bytes=-0",
                                         "bytes=99999999999999999999999-", "bytes=1000-,2000-"}) {
        SCOPED_TRACE(value);
        EXPECT_EQ(parse_range(value, 1000).kind, Kind::unsatisfiable);
    }
    EXPECT_EQ(parse_range("bytes=0-", 0).kind, Kind::unsatisfiable);
    EXPECT_EQ(parse_range("bytes=-1", 0).kind, Kind::unsatisfiable);
}

TEST(ContentRange, NamesFirstAndLastByte) {
    EXPECT_EQ(content_range({200, 100}, 1000), "bytes 200-299/1000");
}

}  // namespace
}  // namespace rhumb::files
