#include "gis/feature/gpkg_sql.h"

#include <gtest/gtest.h>

namespace rhumb::gis {
namespace {

LayerSchema schema() {
    LayerSchema layer;
    layer.name = "towns";
    layer.fields = {{"OBJECTID", FieldType::oid, "", 0, false},
                    {"na\"me", FieldType::string, "", 0, true},
                    {"pop", FieldType::integer, "", 0, true},
                    {"since", FieldType::date, "", 0, true}};
    return layer;
}

GpkgTable table() {
    return {"to\"wns", "fid", 0, "geom", "rtree_towns_geom", {"", "na\"me", "pop", "since"}};
}

SqlCondition sql(std::string_view text) {
    const auto layer = schema();
    const auto where = Where::parse(text, layer);
    EXPECT_TRUE(where) << text;
    return sql_of(
        **where, [&](std::size_t field) { return quoted_name(layer.fields[field].name); }, layer);
}

TEST(GpkgSql, QuotesNamesAndText) {
    EXPECT_EQ(quoted_name("a\"b"), "\"a\"\"b\"");
    EXPECT_EQ(quoted_text("it's"), "'it''s'");
    EXPECT_EQ(sql("\"na\"\"me\" = 'it''s'").text, "\"na\"\"me\" = 'it''s'");
}

TEST(GpkgSql, WritesWhatSqliteJudgesAsWeDo) {
    EXPECT_EQ(sql("pop > -5 AND (pop < 3 OR NOT pop IS NULL)").text,
              "(\"pop\" > (-5)) AND ((\"pop\" < (3)) OR (NOT (\"pop\" IS NULL)))");
    EXPECT_EQ(sql("pop IN (1,2)").text, "\"pop\" IN ((1),(2))");
    EXPECT_TRUE(sql("pop IN (1,2)").is_exact);
}

TEST(GpkgSql, LeavesTheRestToTheReaderAndNeverAsksForLess) {
    const auto half = sql("pop > 1 AND \"na\"\"me\" LIKE 'A%'");
    EXPECT_EQ(half.text, "(\"pop\" > (1))");
    EXPECT_FALSE(half.is_exact);
    for (const auto* text :
         {"since > DATE '2000-01-01'", "pop > 1 OR since IS NULL",
          "NOT (pop > 1 AND \"na\"\"me\" LIKE 'A%')", "UPPER(\"na\"\"me\") = 'A'"}) {
        EXPECT_EQ(sql(text).text, "") << text;
        EXPECT_FALSE(sql(text).is_exact) << text;
    }
}

TEST(GpkgSql, PagesByIdWhereNothingElseIsAsked) {
    const auto layer = schema();
    Query query;
    query.limit = 10;
    query.offset = 20;
    query.fields = {0, 2};
    const auto statement = statement_of(query, query.fields, true, table(), layer);
    EXPECT_EQ(
        statement.select,
        "SELECT \"fid\", \"pop\", \"geom\" FROM \"to\"\"wns\" ORDER BY \"fid\" LIMIT 10 OFFSET 20");
    EXPECT_EQ(statement.count, "SELECT COUNT(*) FROM \"to\"\"wns\"");
    EXPECT_TRUE(statement.is_exact);
}

TEST(GpkgSql, KeepsThePageToTheReaderWhenRowsAreToBeJudged) {
    const auto layer = schema();
    Query query;
    query.limit = 10;
    query.spatial = SpatialFilter::box({1, 2, 3, 4});
    query.order = {{2, true}};
    const auto statement = statement_of(query, {}, true, table(), layer);
    EXPECT_FALSE(statement.is_exact);
    EXPECT_NE(statement.select.find(
                  "\"fid\" IN (SELECT id FROM \"rtree_towns_geom\" WHERE maxx >= 1 AND minx <= 3"),
              std::string::npos);
    EXPECT_NE(statement.select.find("ORDER BY \"pop\" DESC, \"fid\""), std::string::npos);
    EXPECT_EQ(statement.select.find("LIMIT"), std::string::npos);
}

TEST(GpkgSql, TurnsObjectIdsBackIntoTheTablesOwn) {
    auto shifted = table();
    shifted.id_offset = 1;
    Query query;
    query.ids = {{1, 5}};
    const auto layer = schema();
    query.where = *Where::parse("OBJECTID < 9", layer);
    EXPECT_NE(statement_of(query, {}, false, shifted, layer)
                  .select.find("(\"fid\" + 1) < (9)) AND (\"fid\" IN (0,4))"),
              std::string::npos);
}

}  // namespace
}  // namespace rhumb::gis
