#include "gis/feature/where.h"

#include <gtest/gtest.h>

#include "gis/feature/moment.h"
#include "gis/feature/where_compare.h"

namespace rhumb::gis {
namespace {

LayerSchema towns() {
    LayerSchema layer;
    layer.name = "towns";
    layer.fields = {
        {"OBJECTID", FieldType::oid, "", 0, false}, {"name", FieldType::string, "", 0, true},
        {"pop", FieldType::integer, "", 0, true},   {"area", FieldType::real, "", 0, true},
        {"since", FieldType::date, "", 0, true},    {"my field", FieldType::string, "", 0, true}};
    return layer;
}

/// A town: Łódź, 672185 people, 293.25 km², since 1423-07-29; `my field` is NULL.
bool holds(std::string_view text) {
    const auto schema = towns();
    const auto where = Where::parse(text, schema);
    EXPECT_TRUE(where) << text << ": " << (where ? "" : where.error().message);
    if (!where) return false;
    const std::vector<Value> values{std::int64_t{7},           std::string{"Łódź"},
                                    std::int64_t{672185},      293.25,
                                    *to_instant("1423-07-29"), {}};
    return (*where)->matches([&](std::size_t field) -> const Value& { return values[field]; });
}

std::string refusal(std::string_view text) {
    const auto where = Where::parse(text, towns());
    return where ? "" : where.error().message;
}

TEST(Where, HoldsForAFeature) {
    for (const auto* text : {"1=1",
                             "0 = 0",
                             "'a'='a'",
                             "OBJECTID > 5",
                             "objectid=7",
                             "name = 'Łódź'",
                             "NAME LIKE '%d_'",
                             "pop >= 672185",
                             "pop <> 1",
                             "pop != 1",
                             "area < 293.5",
                             "area = 293.25",
                             "area > -1",
                             "area > .5",
                             "area > 5.",
                             "area > 1e2",
                             "pop IN (1, 2, 672185)",
                             "name NOT IN ('a','b')",
                             "pop BETWEEN 1 AND 1000000",
                             "NOT pop = 1",
                             "pop NOT BETWEEN 1 AND 2",
                             "\"my field\" IS NULL",
                             "name IS NOT NULL",
                             "UPPER(name) = 'ŁÓDŹ'",
                             "lower(name) like 'łó%'",
                             "since < DATE '1500-01-01'",
                             "since = TIMESTAMP '1423-07-29 00:00:00'",
                             "since > '1400-01-01'",
                             "(pop = 1 OR (pop > 5)) AND 1=1",
                             "pop = '672185'",
                             "TRUE",
                             "NOT FALSE",
                             "(pop) > 5",
                             "name = 'Łódź' AND pop > 1 OR 1=0",
                             "1=0 OR 1=1 AND 1=1",
                             "pop>area"}) {
        EXPECT_TRUE(holds(text)) << text;
    }
}

TEST(Where, DoesNotHold) {
    for (const auto* text : {"1=0", "1=2", "name = 'łódź'", "name LIKE 'ł%'", "pop < 1", "FALSE",
                             "NOT 1=1", "name = 'a' AND 1=1", "name IN ('a')", "name LIKE '__'"}) {
        EXPECT_FALSE(holds(text)) << text;
    }
}

TEST(Where, TakesNullForUnknown) {
    for (const auto* text : {"\"my field\" = 'a'", "NOT \"my field\" = 'a'", "\"my field\" <> 'a'",
                             "\"my field\" IN ('a')", "\"my field\" NOT IN ('a')",
                             "NOT (\"my field\" LIKE '%')", "1=1 AND \"my field\" = 'a'"}) {
        EXPECT_FALSE(holds(text)) << text;
    }
    EXPECT_TRUE(holds("\"my field\" = 'a' OR 1=1"));
}

TEST(Where, UnderstandsQuotesAndEscapes) {
    EXPECT_FALSE(holds("name = 'it''s'"));
    EXPECT_TRUE(is_like("100%", "100!%", '!'));
    EXPECT_FALSE(is_like("100x", "100!%", '!'));
    EXPECT_TRUE(is_like("", "%", 0));
    EXPECT_FALSE(is_like("", "_", 0));
    EXPECT_TRUE(is_like("abcabd", "%abd", 0));
}

TEST(Where, RefusesWhatIsOutsideTheSubset) {
    struct Case {
        const char* text;
        const char* said;
    };
    for (const auto& c : {Case{"", "it ends"},
                          Case{"nme = 1", "no field"},
                          Case{"pop = 1; DROP TABLE x", "no place"},
                          Case{"pop = 1 -- x", "no place"},
                          Case{"pop = (SELECT 1)", "no field"},
                          Case{"pop", "comparison"},
                          Case{"pop = 'a'", "different kinds"},
                          Case{"name = 'a", "closing"},
                          Case{"load_extension('x') = 1", "not known"},
                          Case{"pop = NULL", "IS NULL"},
                          Case{"pop IN ()", "stands"},
                          Case{"pop IN (1,", "ends"},
                          Case{"pop = 1 pop", "stands"},
                          Case{"1 AND 1", "conditions"},
                          Case{"pop LIKE 'a'", "text"},
                          Case{"since > DATE 'x'", "date"},
                          Case{"name LIKE name", "pattern"},
                          Case{"(1=1) = 1", "condition"},
                          Case{"pop = 99999999999999999999e999", "number"},
                          Case{"ROWID = 1", "no field"},
                          Case{"name = \"a\"", "no field"}}) {
        EXPECT_NE(refusal(c.text).find(c.said), std::string::npos)
            << c.text << ": " << refusal(c.text);
    }
}

TEST(Where, NamesTheColumnOfTheFault) {
    EXPECT_NE(refusal("pop = 1 AND nme = 2").find("column 13"), std::string::npos);
}

TEST(Where, IsBoundedInLengthDepthAndNumber) {
    EXPECT_NE(refusal("name = '" + std::string(Where::length_max, 'x') + "'"), "");
    EXPECT_NE(refusal(std::string(10000, '(') + "1=1" + std::string(10000, ')')), "");
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += "NOT ";
    EXPECT_NE(refusal(deep + "1=1"), "");
    std::string list = "pop IN (0";
    for (std::size_t i = 0; i < Where::tokens_max; ++i) list += ",1";
    EXPECT_NE(refusal(list + ")"), "");
    EXPECT_EQ(refusal(std::string(30, '(') + "1=1" + std::string(30, ')')), "");
}

TEST(Where, KnowsItsFieldsAndWhetherItSaysAnything) {
    const auto schema = towns();
    const auto where = Where::parse("pop > 1 AND UPPER(name) = 'A' AND pop < 9", schema);
    ASSERT_TRUE(where);
    EXPECT_EQ((*where)->fields(), (std::vector<std::size_t>{1, 2}));
    EXPECT_TRUE((*Where::parse("1=1", schema))->is_always_true());
    EXPECT_FALSE((*where)->is_always_true());
}

}  // namespace
}  // namespace rhumb::gis
