#include "gis/feature/ogr_source.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gdal_priv.h>
#include <gdal_utils.h>
#include <stdlib.h>

#include <gtest/gtest.h>

#include "base/files.h"
#include "gis/feature/gdal.h"

namespace rhumb::gis {
namespace {

constexpr const char* sample = R"({"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"name":"Åland","pop":30,"area":1.5,"since":"1921-10-20"},"geometry":
  {"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[2,2],[2,4],[4,4],[4,2],[2,2]]]}},
 {"type":"Feature","properties":{"name":"it's","pop":null,"area":-2,"since":null},"geometry":null},
 {"type":"Feature","properties":{"name":"Two","pop":5,"area":0.25,"since":"2001-01-31"},"geometry":
  {"type":"MultiPolygon","coordinates":[[[[20,20,7],[21,20,7],[21,21,7],[20,20,7]]],[[[30,30,7],[31,30,7],[31,31,7],[30,30,7]]]]}},
 {"type":"Feature","properties":{"name":"Void","pop":7,"area":0,"since":null},"geometry":{"type":"Polygon","coordinates":[]}}]})";

/// A directory of its own with the sample in every format.
class OgrSource : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "rhumb-gis-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        directory_ = name;
        ASSERT_TRUE(write_file_atomically(directory_ / "sample.geojson", sample));
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    std::filesystem::path sample_as(const std::string& extension) {
        const auto path = directory_ / ("sample." + extension);
        if (extension == "geojson") return path;
        translate(directory_ / "sample.geojson", path,
                  extension == "shp"   ? "ESRI Shapefile"
                  : extension == "fgb" ? "FlatGeobuf"
                                       : "GPKG");
        return path;
    }

    static void translate(const std::filesystem::path& from, const std::filesystem::path& to,
                          const char* format, std::vector<std::string> more = {}) {
        gdal::start();
        const gdal::Complaints complaints;
        auto* source = GDALOpenEx(from.c_str(), GDAL_OF_VECTOR, nullptr, nullptr, nullptr);
        ASSERT_NE(source, nullptr);
        std::vector<std::string> arguments{"-f", format, "-nlt", "PROMOTE_TO_MULTI"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        std::vector<char*> list;
        for (auto& argument : arguments) list.push_back(argument.data());
        list.push_back(nullptr);
        auto* options = GDALVectorTranslateOptionsNew(list.data(), nullptr);
        auto* result = GDALVectorTranslate(to.c_str(), nullptr, 1, &source, options, nullptr);
        GDALVectorTranslateOptionsFree(options);
        ASSERT_NE(result, nullptr) << complaints.text("");
        GDALClose(result);
        GDALClose(source);
    }

    /// GDAL's writer of FlatGeobuf leaves out the two features without geometry; those with one
    /// come in an order of its own.
    static bool has_voids() { return GetParam() != std::string_view{"fgb"}; }

    std::filesystem::path directory_;
};

std::vector<std::size_t> all_fields(const LayerSchema& schema) {
    std::vector<std::size_t> fields(schema.fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) fields[i] = i;
    return fields;
}

std::vector<Feature> read(const FeatureSource& source, Query query) {
    std::vector<Feature> found;
    query.fields = all_fields(source.schema());
    const auto done = source.read(query, [&](const Feature& feature) {
        found.push_back(feature);
        found.back().values.resize(query.fields.size());
        return true;
    });
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    return found;
}

std::vector<std::string> names(const FeatureSource& source, const Query& query) {
    std::vector<std::string> result;
    const auto name = *source.schema().find_field("NAME");
    for (const auto& feature : read(source, query))
        result.push_back(std::get<std::string>(feature.values[name]));
    return result;
}

TEST_P(OgrSource, TellsItsSchema) {
    const auto file = open_file(sample_as(GetParam()));
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_EQ(file->layers.size(), 1U);
    const auto& schema = file->layers[0]->schema();

    EXPECT_EQ(schema.name, "sample");
    EXPECT_EQ(schema.geometry_type, GeometryType::polygon);
    EXPECT_EQ(schema.crs.epsg, 4326);
    EXPECT_EQ(schema.feature_count, has_voids() ? 4U : 2U);
    EXPECT_NEAR(schema.extent.xmax, 31, 1e-6);
    EXPECT_EQ(schema.id().name, "OBJECTID");
    EXPECT_EQ(schema.fields[schema.display_field].name, "name");
    EXPECT_EQ(schema.fields[*schema.find_field("since")].type, FieldType::date);
    EXPECT_EQ(schema.fields[*schema.find_field("area")].type, FieldType::real);
}

TEST_P(OgrSource, ReadsValuesAndGeometriesNullAndEmptyOnesToo) {
    const auto file = open_file(sample_as(GetParam()));
    ASSERT_TRUE(file) << file.error().message;
    const auto& source = *file->layers[0];
    auto features = read(source, {});
    if (!has_voids()) GTEST_SKIP() << "another order; the values are compared by the other tests";

    ASSERT_EQ(features.size(), 4U);
    const auto& schema = source.schema();
    EXPECT_EQ(features[0].id, 1);
    EXPECT_EQ(features[0].values[schema.id_field], Value{std::int64_t{1}});
    EXPECT_EQ(features[0].values[*schema.find_field("name")], Value{std::string{"Åland"}});
    EXPECT_EQ(features[0].values[*schema.find_field("pop")], Value{std::int64_t{30}});
    EXPECT_EQ(features[0].values[*schema.find_field("area")], Value{1.5});
    EXPECT_EQ(features[0].values[*schema.find_field("since")], Value{Instant{-1521072000000}});
    EXPECT_EQ(features[1].values[*schema.find_field("pop")], Value{});

    ASSERT_EQ(features[0].geometry.parts.size(), 2U);
    EXPECT_FALSE(features[0].geometry.parts[0].is_hole);
    EXPECT_TRUE(features[0].geometry.parts[1].is_hole);
    EXPECT_LT(twice_signed_area(features[0].geometry.part(0)), 0);
    EXPECT_GT(twice_signed_area(features[0].geometry.part(1)), 0);
    EXPECT_TRUE(features[1].geometry.is_empty());
    EXPECT_EQ(features[2].geometry.parts.size(), 2U);
    EXPECT_EQ(features[2].geometry.vertex_count(), 8U);
    EXPECT_TRUE(features[3].geometry.is_empty());
}

TEST_P(OgrSource, AnswersTheSameInEveryFormat) {
    const auto file = open_file(sample_as(GetParam()));
    ASSERT_TRUE(file) << file.error().message;
    const auto& source = *file->layers[0];
    const auto where = [&](std::string_view text) {
        Query query;
        const auto parsed = Where::parse(text, source.schema());
        EXPECT_TRUE(parsed) << text;
        query.where = *parsed;
        query.order = {{*source.schema().find_field("name"), false}};
        return query;
    };
    const auto without_voids = [&](std::vector<std::string> all) {
        if (!has_voids())
            std::erase_if(all, [](const auto& name) { return name == "Void" || name == "it's"; });
        return all;
    };
    EXPECT_EQ(names(source, where("pop > 6")), without_voids({"Void", "Åland"}));
    EXPECT_EQ(names(source, where("name = 'it''s'")), without_voids({"it's"}));
    EXPECT_EQ(names(source, where("name LIKE 't%'")), (std::vector<std::string>{}));
    EXPECT_EQ(names(source, where("UPPER(name) LIKE 'Å%'")), (std::vector<std::string>{"Åland"}));
    EXPECT_EQ(names(source, where("since >= DATE '1921-10-20' AND since < DATE '2001-01-31'")),
              (std::vector<std::string>{"Åland"}));
    EXPECT_EQ(names(source, where("NOT (pop = 5)")), without_voids({"Void", "Åland"}));
    EXPECT_EQ(*source.count(where("pop IS NOT NULL")), has_voids() ? 3U : 2U);
    EXPECT_EQ(*source.count({}), has_voids() ? 4U : 2U);

    Query box;
    box.spatial = SpatialFilter::box({20.5, 20, 26, 23});
    EXPECT_EQ(names(source, box), (std::vector<std::string>{"Two"}));
    box.spatial = SpatialFilter::box(
        {25, 22, 26, 23});  // within the box of both parts of «Two», touching neither
    box.spatial->relation = SpatialRelation::intersects;
    EXPECT_EQ(names(source, box), (std::vector<std::string>{}));
    box.spatial = SpatialFilter::box({2.5, 2.5, 3, 3});  // in the hole
    box.spatial->relation = SpatialRelation::intersects;
    EXPECT_EQ(*source.count(box), 0U);

    Query page = where("area > -5");
    page.order = {{*source.schema().find_field("area"), true}};
    page.offset = 1;
    page.limit = 2;
    EXPECT_EQ(names(source, page), without_voids({"Two", "Void"}));
    const auto sum = source.extent(where("name = 'Two'"));
    ASSERT_TRUE(sum);
    EXPECT_EQ(sum->extent, (Envelope{20, 20, 31, 31}));
}

TEST_P(OgrSource, FindsFeaturesByTheirIds) {
    const auto file = open_file(sample_as(GetParam()));
    ASSERT_TRUE(file) << file.error().message;
    const auto& source = *file->layers[0];
    const auto everything = read(source, {});
    ASSERT_EQ(everything.size(), has_voids() ? 4U : 2U);
    for (const auto& feature : everything) {
        Query one;
        one.ids = {{feature.id}};
        const auto found = read(source, one);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].values, feature.values);
    }
    Query none;
    none.ids = {{99999}};
    EXPECT_TRUE(read(source, none).empty());
}

TEST_P(OgrSource, IsReadByManyThreadsAtOnce) {
    const auto file = open_file(sample_as(GetParam()));
    ASSERT_TRUE(file) << file.error().message;
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    const std::size_t all = has_voids() ? 4 : 2;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 20; ++n) {
                Query query;
                if (i % 2 == 0) query.spatial = SpatialFilter::box({0, 0, 5, 5});
                std::size_t seen = 0;
                const auto done =
                    file->layers[0]->read(query, [&](const Feature&) { return ++seen > 0; });
                if (!done || seen != (i % 2 == 0 ? 1U : all)) ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(Formats, OgrSource, testing::Values("gpkg", "shp", "geojson", "fgb"),
                         [](const auto& format) { return std::string{format.param}; });

class OgrFile : public OgrSource {};

TEST_F(OgrFile, OffersEveryLayerOfAGeoPackage) {
    const auto path = directory_ / "two.gpkg";
    translate(directory_ / "sample.geojson", path, "GPKG", {"-nln", "first"});
    translate(directory_ / "sample.geojson", path, "GPKG", {"-update", "-nln", "we\"ird 'name'"});
    const auto file = open_file(path);
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_EQ(file->layers.size(), 2U);
    EXPECT_EQ(file->layers[1]->schema().name, "we\"ird 'name'");
    EXPECT_EQ(read(*file->layers[1], {}).size(), 4U);
    Query box;
    box.spatial = SpatialFilter::box({0, 0, 1, 1});
    EXPECT_EQ(*file->layers[1]->count(box), 1U);
}

TEST_F(OgrFile, FindsByTheIndexOfAFlatGeobuf) {
    const auto path = directory_ / "indexed.fgb";
    translate(directory_ / "sample.geojson", path, "FlatGeobuf");
    const auto file = open_file(path);
    ASSERT_TRUE(file) << file.error().message;
    Query box;
    box.spatial = SpatialFilter::box({29, 29, 32, 32});
    EXPECT_EQ(names(*file->layers[0], box), (std::vector<std::string>{"Two"}));
}

TEST_F(OgrFile, KeepsAFieldOfTheDataThatIsCalledObjectid) {
    const auto path = directory_ / "own.geojson";
    ASSERT_TRUE(write_file_atomically(
        path, R"({"type":"FeatureCollection","features":[{"type":"Feature","id":41,
        "properties":{"ObjectId":"x"},"geometry":{"type":"Point","coordinates":[1,2]}}]})"));
    const auto file = open_file(path);
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->layers[0]->schema().id().name, "OBJECTID_1");
    EXPECT_EQ(read(*file->layers[0], {})[0].id, 41);
}

TEST_F(OgrFile, RefusesPathsThatGdalWouldTakeForSomethingElse) {
    for (const auto* path :
         {"/vsicurl/http://localhost/x.gpkg", "http://localhost/x.geojson", "PG:host=localhost",
          "<GDAL_WMS/>", "", R"({"type":"Point","coordinates":[1,2]})", "/VSIZIP/x.zip"}) {
        const auto file = open_file(path);
        ASSERT_FALSE(file) << path;
        EXPECT_EQ(file.error().kind, ErrorKind::invalid) << path;
    }
}

TEST_F(OgrFile, SaysWhatIsWrongWithAFile) {
    const auto missing = open_file(directory_ / "none.gpkg");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
    EXPECT_NE(missing.error().message.find("none.gpkg"), std::string::npos);

    ASSERT_TRUE(write_file_atomically(directory_ / "bad.gpkg", "SQLite format 3\0 not really"));
    EXPECT_FALSE(open_file(directory_ / "bad.gpkg"));
    ASSERT_TRUE(write_file_atomically(directory_ / "cut.geojson",
                                      R"({"type":"FeatureCollection","features":[{"type":"Fea)"));
    EXPECT_FALSE(open_file(directory_ / "cut.geojson"));
    EXPECT_FALSE(open_file(directory_));
}

}  // namespace
}  // namespace rhumb::gis
