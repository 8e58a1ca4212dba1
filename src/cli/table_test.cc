#include "cli/table.h"

#include <gtest/gtest.h>

namespace rhumb::cli {
namespace {

TEST(Table, AlignsColumnsByCharacters) {
    Table table{{"name", "until"}};
    table.add({"Zürich", "2026"});
    EXPECT_EQ(table.to_text(), "name    until\nZürich  2026\n");
}

}  // namespace
}  // namespace rhumb::cli
