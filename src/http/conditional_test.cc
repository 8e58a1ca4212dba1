#include "http/conditional.h"

#include <vector>

#include <gtest/gtest.h>

#include "http/date.h"

namespace rhumb::http {
namespace {

constexpr auto moment =
    std::chrono::sys_seconds{std::chrono::seconds{1'795'391'100}};  // 2026-11-22 23:45:00

TEST(HttpDate, IsWrittenInItsOneForm) {
    EXPECT_EQ(to_http_date(moment), "Sun, 22 Nov 2026 23:45:00 GMT");
    EXPECT_EQ(to_http_date({}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(HttpDate, IsReadInItsThreeForms) {
    EXPECT_EQ(parse_http_date("Sun, 22 Nov 2026 23:45:00 GMT"), moment);
    EXPECT_EQ(parse_http_date(" Sunday, 22-Nov-26 23:45:00 GMT "), moment);
    EXPECT_EQ(parse_http_date("Sun Nov 22 23:45:00 2026"), moment);
    EXPECT_EQ(parse_http_date("Sun Nov  1 23:45:00 2026"), moment - std::chrono::days{21});
    EXPECT_EQ(parse_http_date("Thursday, 01-Jan-70 00:00:00 GMT"), std::chrono::sys_seconds{});
}

TEST(HttpDate, RefusesWhatIsNone) {
    for (const std::string_view text :
         {"", "0", "now", "Sun, 22 Nov 2026 23:45:00 CET", "Sun, 32 Nov 2026 23:45:00 GMT",
          "Sun, 22 Nov 2026 25:45:00 GMT", "Sun, 22 Xyz 2026 23:45:00 GMT",
          "Sun, 30 Feb 2026 23:45:00 GMT", "Sun, 22 Nov 2026 23:45:00 GMT+1",
          "Sun Nov 22 23:45:00 2026x", "Sun, 22 Nov 20-6 23:45:00 GMT", ",", "Sun Nov"}) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(parse_http_date(text));
    }
}

struct Field {
    std::string_view name;
    std::string_view value;
};

struct Case {
    const char* name;
    std::vector<Field> fields;
    Condition reading;
    Condition writing;
};

TEST(Conditions, AreWeighedInTheOrderOfTheStandard) {
    constexpr std::string_view before = "Sun, 22 Nov 2026 23:44:59 GMT";
    constexpr std::string_view same = "Sun, 22 Nov 2026 23:45:00 GMT";
    constexpr auto proceed = Condition::proceed;
    constexpr auto unchanged = Condition::not_modified;
    constexpr auto failed = Condition::failed;
    for (const auto& c : {
             Case{"none", {}, proceed, proceed},
             Case{"the tag it has", {{"if-none-match", "\"a\""}}, unchanged, failed},
             Case{"the tag it has, weakly", {{"if-none-match", "W/\"a\""}}, unchanged, failed},
             Case{
                 "among others", {{"if-none-match", "\"x\", W/\"y,z\" ,\"a\""}}, unchanged, failed},
             Case{"in a second field",
                  {{"if-none-match", "\"x\""}, {"If-None-Match", "\"a\""}},
                  unchanged,
                  failed},
             Case{"any", {{"if-none-match", "*"}}, unchanged, failed},
             Case{"another tag", {{"if-none-match", "\"b\""}}, proceed, proceed},
             Case{"a tag within a tag", {{"if-none-match", "\"x,\"a\""}}, proceed, proceed},
             Case{"no tag", {{"if-none-match", "a"}}, proceed, proceed},
             Case{"not since then", {{"if-modified-since", same}}, unchanged, proceed},
             Case{"since before", {{"if-modified-since", before}}, proceed, proceed},
             Case{"no date", {{"if-modified-since", "yesterday"}}, proceed, proceed},
             Case{"another tag beats the date",
                  {{"if-none-match", "\"b\""}, {"if-modified-since", same}},
                  proceed,
                  proceed},
             Case{"must be this", {{"if-match", "\"a\""}}, proceed, proceed},
             Case{"must be this, weakly", {{"if-match", "W/\"a\""}}, failed, failed},
             Case{"must be any", {{"if-match", "*"}}, proceed, proceed},
             Case{"must be another", {{"if-match", "\"b\""}}, failed, failed},
             Case{"must be older", {{"if-unmodified-since", before}}, failed, failed},
             Case{"must be as old", {{"if-unmodified-since", same}}, proceed, proceed},
             Case{"the tag beats the date",
                  {{"if-match", "\"a\""}, {"if-unmodified-since", before}},
                  proceed,
                  proceed},
             Case{"both: 412 before 304",
                  {{"if-match", "\"b\""}, {"if-none-match", "\"a\""}},
                  failed,
                  failed},
             Case{"both hold",
                  {{"if-match", "\"a\""}, {"if-none-match", "\"a\""}},
                  unchanged,
                  failed},
         }) {
        SCOPED_TRACE(c.name);
        Headers headers;
        for (const auto& field : c.fields) headers.add(field.name, field.value);
        const Validators validators{"\"a\"", moment};
        EXPECT_EQ(weigh_conditions(Method::get, headers, validators), c.reading);
        EXPECT_EQ(weigh_conditions(Method::head, headers, validators), c.reading);
        EXPECT_EQ(weigh_conditions(Method::put, headers, validators), c.writing);
    }
}

TEST(Conditions, DoNotTakeAWeakTagForTheSameBytes) {
    Headers headers;
    headers.add("if-match", "W/\"a\"");
    EXPECT_EQ(weigh_conditions(Method::get, headers, {"W/\"a\"", moment}), Condition::failed);
    headers.clear();
    headers.add("if-none-match", "\"a\"");
    EXPECT_EQ(weigh_conditions(Method::get, headers, {"W/\"a\"", moment}), Condition::not_modified);
}

TEST(IfRange, HoldsForTheVerySameStateOnly) {
    struct RangeCase {
        const char* value;
        bool holds;
    };
    const Validators validators{"\"a\"", moment};
    EXPECT_TRUE(if_range_holds({}, validators));
    for (const auto& c :
         {RangeCase{"\"a\"", true}, RangeCase{"\"b\"", false}, RangeCase{"W/\"a\"", false},
          RangeCase{"Sun, 22 Nov 2026 23:45:00 GMT", true},
          RangeCase{"Sun, 22 Nov 2026 23:45:01 GMT", false},
          RangeCase{"Sun, 22 Nov 2026 23:44:59 GMT", false}, RangeCase{"", false},
          RangeCase{"a", false}}) {
        SCOPED_TRACE(c.value);
        Headers headers;
        headers.add("if-range", c.value);
        EXPECT_EQ(if_range_holds(headers, validators), c.holds);
    }
}

}  // namespace
}  // namespace rhumb::http
