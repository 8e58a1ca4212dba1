#include "gis/feature/selection.h"

#include <gtest/gtest.h>

#include "gis/feature/memory_source.h"

namespace rhumb::gis {
namespace {

/// Points 1 … 20 at (id, id); `tens` is id / 10, `name` "n<id>", NULL for 5.
MemorySource numbers() {
    LayerSchema schema;
    schema.name = "numbers";
    schema.geometry_type = GeometryType::point;
    schema.fields = {{"OBJECTID", FieldType::oid, "", 0, false},
                     {"tens", FieldType::integer, "", 0, true},
                     {"name", FieldType::string, "", 0, true}};
    std::vector<Feature> features;
    for (std::int64_t id = 20; id >= 1; --id) {
        Feature feature;
        feature.id = id;
        feature.values = {id, id / 10, id == 5 ? Value{} : Value{"n" + std::to_string(id)}};
        feature.geometry.type = GeometryType::point;
        feature.geometry.add(static_cast<double>(id), static_cast<double>(id));
        features.push_back(std::move(feature));
    }
    return {std::move(schema), std::move(features)};
}

std::vector<std::int64_t> ids(const FeatureSource& source, const Query& query) {
    std::vector<std::int64_t> found;
    const auto done = source.read(query, [&](const Feature& feature) {
        found.push_back(feature.id);
        return true;
    });
    EXPECT_TRUE(done);
    return found;
}

TEST(Selection, PagesInTheOrderOfIds) {
    const auto source = numbers();
    Query query;
    query.offset = 17;
    query.limit = 10;
    EXPECT_EQ(ids(source, query), (std::vector<std::int64_t>{18, 19, 20}));
    query.limit = 2;
    EXPECT_EQ(ids(source, query), (std::vector<std::int64_t>{18, 19}));
    query.limit = 0;
    EXPECT_TRUE(ids(source, query).empty());
    query.offset = UINT64_MAX;
    query.limit = UINT64_MAX;
    EXPECT_TRUE(ids(source, query).empty());
}

TEST(Selection, SortsByFieldsThenByIdAndPutsNullFirst) {
    const auto source = numbers();
    Query query;
    query.order = {{1, true}, {2, false}};
    query.offset = 1;
    query.limit = 3;
    EXPECT_EQ(ids(source, query), (std::vector<std::int64_t>{10, 11, 12}));
    query.order = {{2, false}};
    query.offset = 0;
    query.limit = 1;
    EXPECT_EQ(ids(source, query), (std::vector<std::int64_t>{5}));
}

TEST(Selection, JoinsAllConditions) {
    const auto source = numbers();
    Query query;
    query.where = *Where::parse("tens = 1", source.schema());
    query.ids = {{3, 12, 13, 99}};
    query.spatial = SpatialFilter::box({0, 0, 12.5, 12.5});
    EXPECT_EQ(ids(source, query), (std::vector<std::int64_t>{12}));
    EXPECT_EQ(*source.count(query), 1U);
    query.ids.emplace();
    EXPECT_TRUE(ids(source, query).empty());
}

TEST(Selection, ShowsTheFieldsThatAreAskedForAndGeometryOnlyThen) {
    const auto source = numbers();
    Query query;
    query.ids = {{5}};
    query.fields = {2, 0};
    query.spatial = SpatialFilter::box({0, 0, 30, 30});
    query.wants_geometry = false;
    std::size_t seen = 0;
    ASSERT_TRUE(source.read(query, [&](const Feature& feature) {
        ++seen;
        EXPECT_EQ(feature.values[0], Value{});
        EXPECT_EQ(feature.values[1], Value{std::int64_t{5}});
        EXPECT_TRUE(feature.geometry.is_empty());
        return true;
    }));
    EXPECT_EQ(seen, 1U);
}

TEST(Selection, CountsAndBoxesWithoutRegardToThePage) {
    const auto source = numbers();
    Query query;
    query.where = *Where::parse("tens = 1", source.schema());
    query.offset = 5;
    query.limit = 1;
    const auto sum = source.extent(query);
    ASSERT_TRUE(sum);
    EXPECT_EQ(sum->count, 10U);
    EXPECT_EQ(sum->extent, (Envelope{10, 10, 19, 19}));
}

TEST(Selection, GivesUpAfterTheDeadline) {
    LayerSchema schema;
    schema.name = "endless";
    schema.fields = {{"OBJECTID", FieldType::oid, "", 0, false}};
    Query query;
    query.deadline = std::chrono::steady_clock::now() - std::chrono::seconds{1};
    const Stream endless = [](const Candidates&, const CandidateVisitor& visit) -> Result<void> {
        Feature feature;
        while (visit(feature)) ++feature.id;
        return {};
    };
    const auto done = select(query, schema, endless, false, [](const Feature&) { return true; });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
}

TEST(Selection, StopsWhenTheVisitorHasEnough) {
    const auto source = numbers();
    int seen = 0;
    ASSERT_TRUE(source.read({}, [&](const Feature&) { return ++seen < 3; }));
    EXPECT_EQ(seen, 3);
}

}  // namespace
}  // namespace rhumb::gis
