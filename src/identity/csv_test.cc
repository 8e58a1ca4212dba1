#include "identity/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<CsvRow> rows_of(std::string_view text) {
    auto rows = read_csv(text);
    EXPECT_TRUE(rows) << rows.error().message;
    return rows.value_or(std::vector<CsvRow>{});
}

Error fault_of(std::string_view text) {
    const auto rows = read_csv(text);
    EXPECT_FALSE(rows) << text;
    return rows ? Error{ErrorKind::internal, ""} : rows.error();
}

TEST(CsvTables, AreReadWithTheirLines) {
    const auto rows = rows_of("name,email\r\nann,a@x\n\n\nbob,\n");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_THAT(rows[0].fields, ElementsAre("name", "email"));
    EXPECT_THAT(rows[1].fields, ElementsAre("ann", "a@x"));
    EXPECT_EQ(rows[1].line, 2U);
    EXPECT_THAT(rows[2].fields, ElementsAre("bob", ""));
    EXPECT_EQ(rows[2].line, 5U);
}

TEST(CsvTables, MayHaveQuotesSeparatorsAndLinesInTheirFields) {
    const auto rows = rows_of("\"a,b\",\"say \"\"yes\"\"\",\"two\nlines\"\nnext,,\"\"");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_THAT(rows[0].fields, ElementsAre("a,b", "say \"yes\"", "two\nlines"));
    EXPECT_EQ(rows[1].line, 3U);
    EXPECT_THAT(rows[1].fields, ElementsAre("next", "", ""));
}

TEST(CsvTables, OfSpreadsheetsHaveSemicolonsAndAByteOrderMark) {
    const auto rows = rows_of("\xEF\xBB\xBFname;roles\r\nann;a,b\r\n");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_THAT(rows[0].fields, ElementsAre("name", "roles"));
    EXPECT_THAT(rows[1].fields, ElementsAre("ann", "a,b"));
}

TEST(CsvTables, ThatAreBrokenSayInWhichLine) {
    EXPECT_THAT(fault_of("a\n\"b\n\n").message, HasSubstr("line 2: a quote is opened"));
    EXPECT_THAT(fault_of("a\nb\"c\n").message, HasSubstr("line 2: a quote in the middle"));
    EXPECT_THAT(fault_of("a\n\"b\"c\n").message, HasSubstr("line 2: after a closing quote"));
    EXPECT_THAT(fault_of("a\xFF").message, HasSubstr("UTF-8"));
}

TEST(CsvTables, AreBounded) {
    EXPECT_EQ(fault_of(std::string(csv_bytes_max + 1, 'a')).kind, ErrorKind::too_large);
    EXPECT_EQ(fault_of(std::string(100, ',')).kind, ErrorKind::too_large);
    EXPECT_EQ(fault_of(std::string(70'000, 'a')).kind, ErrorKind::too_large);
    EXPECT_EQ(rows_of(std::string(99, ',')).front().fields.size(), 100U);
    EXPECT_TRUE(rows_of("").empty());
}

}  // namespace
}  // namespace rhumb::identity
