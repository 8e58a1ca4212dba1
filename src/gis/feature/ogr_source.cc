#include "gis/feature/ogr_source.h"

#include <algorithm>

#include <ogrsf_frmts.h>

#include "base/text.h"
#include "gis/feature/gdal.h"
#include "gis/feature/gpkg_source.h"
#include "gis/feature/memory_source.h"
#include "gis/feature/ogr_dataset.h"
#include "gis/feature/ogr_geometry.h"
#include "gis/feature/ogr_layer.h"
#include "gis/feature/selection.h"

namespace rhumb::gis {

namespace {

/// Any format of OGR whose features come in the order of their FIDs: Shapefile and FlatGeobuf.
class OgrSource final : public FeatureSource {
public:
    OgrSource(std::shared_ptr<const DatasetPool> pool, int layer, OgrLayer described)
        : pool_{std::move(pool)}, layer_{layer}, described_{std::move(described)} {}

    const LayerSchema& schema() const override { return described_.schema; }

    Result<void> read(const Query& query, const FeatureVisitor& visit) const override {
        return select(query, schema(), stream(), false, visit);
    }
    Result<std::uint64_t> count(const Query& query) const override {
        const bool is_everything = (query.where == nullptr || query.where->is_always_true()) &&
                                   !query.ids && !query.spatial;
        if (is_everything) return schema().feature_count;
        TRY(const auto sum, summarise(query, schema(), stream(), false));
        return sum.count;
    }
    Result<ExtentAndCount> extent(const Query& query) const override {
        return summarise(query, schema(), stream(), true);
    }

private:
    Stream stream() const {
        return [this](const Candidates& wanted, const CandidateVisitor& visit) {
            return show(wanted, visit);
        };
    }

    Result<void> show(const Candidates& wanted, const CandidateVisitor& visit) const {
        TRY(const auto dataset, pool_->borrow());
        const gdal::Complaints complaints;
        OGRLayer* layer = dataset->GetLayer(layer_);
        if (layer == nullptr)
            return fail(ErrorKind::unavailable, "{}: layer «{}» is gone; publish the file anew",
                        pool_->path(), schema().name);
        // Filters are state of the layer, and the last borrower's may still be set.
        ignore_fields(*layer, wanted);
        if (wanted.box) {
            layer->SetSpatialFilterRect(wanted.box->xmin, wanted.box->ymin, wanted.box->xmax,
                                        wanted.box->ymax);
        } else {
            layer->SetSpatialFilter(nullptr);
        }
        layer->ResetReading();

        Feature feature;
        feature.values.resize(wanted.fields.size());
        const bool is_few = wanted.ids != nullptr && wanted.ids->size() < 1000 &&
                            layer->TestCapability(OLCRandomRead) != 0;
        if (is_few) {
            std::vector<std::int64_t> ids{wanted.ids->begin(), wanted.ids->end()};
            std::sort(ids.begin(), ids.end());
            for (const auto id : ids) {
                const OGRFeatureUniquePtr found{layer->GetFeature(id - described_.id_offset)};
                if (found != nullptr && !visit_one(*found, wanted, feature, visit)) break;
            }
            return {};
        }
        while (const OGRFeatureUniquePtr found{layer->GetNextFeature()}) {
            if (!visit_one(*found, wanted, feature, visit)) return {};
        }
        if (complaints.has_error())
            return fail(ErrorKind::unavailable, "{}: reading layer «{}»: {}", pool_->path(),
                        schema().name, complaints.text(""));
        return {};
    }

    bool visit_one(const OGRFeature& found, const Candidates& wanted, Feature& feature,
                   const CandidateVisitor& visit) const {
        feature.id = found.GetFID() + described_.id_offset;
        for (std::size_t i = 0; i < wanted.fields.size(); ++i) {
            const auto field = wanted.fields[i];
            if (field == schema().id_field) {
                feature.values[i] = feature.id;
            } else {
                to_value(found, described_.ogr_fields[field], schema().fields[field].type,
                         feature.values[i]);
            }
        }
        if (wanted.wants_geometry) {
            to_geometry(found.GetGeometryRef(), schema().geometry_type, feature.geometry);
        } else {
            feature.geometry.clear();
        }
        return visit(feature);
    }

    void ignore_fields(OGRLayer& layer, const Candidates& wanted) const {
        if (layer.TestCapability(OLCIgnoreFields) == 0) return;
        std::vector<const char*> ignored;
        if (!wanted.wants_geometry) ignored.push_back("OGR_GEOMETRY");
        for (std::size_t i = 0; i < schema().fields.size(); ++i) {
            const bool is_wanted =
                std::find(wanted.fields.begin(), wanted.fields.end(), i) != wanted.fields.end();
            if (!is_wanted && i != schema().id_field)
                ignored.push_back(schema().fields[i].name.c_str());
        }
        ignored.push_back(nullptr);
        layer.SetIgnoredFields(ignored.data());
    }

    std::shared_ptr<const DatasetPool> pool_;
    int layer_;
    OgrLayer described_;
};

/// GDAL reads all of a GeoJSON file for each dataset; we read it once, for all threads.
std::shared_ptr<const FeatureSource> load(OGRLayer& layer, const OgrLayer& described) {
    std::vector<Feature> features;
    layer.ResetReading();
    while (const OGRFeatureUniquePtr found{layer.GetNextFeature()}) {
        Feature feature;
        feature.id = found->GetFID() + described.id_offset;
        feature.values.resize(described.schema.fields.size());
        for (std::size_t i = 0; i < feature.values.size(); ++i) {
            if (i == described.schema.id_field) {
                feature.values[i] = feature.id;
            } else {
                to_value(*found, described.ogr_fields[i], described.schema.fields[i].type,
                         feature.values[i]);
            }
        }
        to_geometry(found->GetGeometryRef(), described.schema.geometry_type, feature.geometry);
        features.push_back(std::move(feature));
    }
    return std::make_shared<MemorySource>(described.schema, std::move(features));
}

constexpr std::uintmax_t geojson_size_max = 256U << 20U;

std::string format_of(const GDALDataset& dataset) {
    std::string driver = const_cast<GDALDataset&>(dataset).GetDriverName();  // GDAL forgot a const
    if (driver == "GPKG") return "GeoPackage";
    if (driver == "ESRI Shapefile") return "Shapefile";
    return driver;
}

Result<std::shared_ptr<const FeatureSource>> open_layer(
    const std::string& format, const std::shared_ptr<const DatasetPool>& pool, GDALDataset& dataset,
    int index, OgrLayer described) {
    if (format == "GeoPackage") return open_gpkg_layer(pool, dataset, std::move(described));
    if (format == "GeoJSON") return load(*dataset.GetLayer(index), described);
    return std::make_shared<OgrSource>(pool, index, std::move(described));
}

}  // namespace

Result<OpenedFile> open_file(const std::filesystem::path& given) {
    TRY(auto path, readable_path(given));
    const auto pool = std::make_shared<DatasetPool>(path);
    const auto extension = text::to_lower(std::filesystem::path{path}.extension().string());
    const bool is_json = extension == ".json" || extension == ".geojson";
    if (is_json && std::filesystem::file_size(path) > geojson_size_max) {
        return fail(
            ErrorKind::too_large,
            "{}: a GeoJSON file of more than {} MiB; make a GeoPackage of it: ogr2ogr data.gpkg {}",
            path, geojson_size_max >> 20U, given.filename().string());
    }
    TRY(const auto dataset, pool->borrow());
    const gdal::Complaints complaints;
    OpenedFile opened;
    opened.format = format_of(*dataset);
    const auto rule = opened.format == "GeoPackage" ? FidRule::by_table
                      : opened.format == "GeoJSON"  ? FidRule::any
                                                    : FidRule::from_zero;
    for (int i = 0; i < dataset->GetLayerCount(); ++i) {
        auto described = describe(*dataset->GetLayer(i), rule);
        if (!described) return tl::unexpected(std::move(described).error().within(path));
        opened.warnings.insert(opened.warnings.end(), described->warnings.begin(),
                               described->warnings.end());
        auto source = open_layer(opened.format, pool, *dataset, i, std::move(*described));
        if (!source) return tl::unexpected(std::move(source).error().within(path));
        opened.layers.push_back(std::move(*source));
    }
    if (opened.layers.empty()) {
        return fail(ErrorKind::invalid,
                    "{}: a {} without a layer; there is nothing to publish in it", path,
                    opened.format);
    }
    return opened;
}

}  // namespace rhumb::gis
