#include "gis/feature/gpkg_source.h"

#include <ogrsf_frmts.h>

#include <fmt/format.h>

#include "gis/feature/gdal.h"
#include "gis/feature/gpkg_sql.h"
#include "gis/feature/ogr_geometry.h"
#include "gis/feature/selection.h"

namespace rhumb::gis {

namespace {

/// The rows of a statement; given back to the dataset at the end.
class Rows {
public:
    Rows(GDALDataset& dataset, const std::string& sql)
        : dataset_{dataset}, layer_{dataset.ExecuteSQL(sql.c_str(), nullptr, nullptr)} {}
    ~Rows() {
        if (layer_ != nullptr) dataset_.ReleaseResultSet(layer_);
    }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    OGRLayer* operator->() const { return layer_; }
    explicit operator bool() const { return layer_ != nullptr; }

private:
    GDALDataset& dataset_;
    OGRLayer* layer_;
};

class GpkgSource final : public FeatureSource {
public:
    GpkgSource(std::shared_ptr<const DatasetPool> pool, LayerSchema schema, GpkgTable table)
        : pool_{std::move(pool)}, schema_{std::move(schema)}, table_{std::move(table)} {}

    const LayerSchema& schema() const override { return schema_; }

    Result<void> read(const Query& query, const FeatureVisitor& visit) const override {
        if (query.limit == 0U || (query.ids && query.ids->empty())) return {};
        const bool is_exact = statement_of(query, {}, false, table_, schema_).is_exact;
        // What SQLite answers exactly needs no second look: its conditions and its page are done.
        Query rest = query;
        rest.order.clear();
        if (is_exact) {
            rest.where = nullptr;
            rest.ids.reset();
            rest.offset = 0;
            rest.limit.reset();
        }
        return select(rest, schema_, stream(query), true, visit);
    }

    Result<std::uint64_t> count(const Query& query) const override {
        if (query.ids && query.ids->empty()) return 0;
        Query all = unordered(query);
        const auto statement = statement_of(all, {}, false, table_, schema_);
        if (!statement.is_exact) {
            TRY(const auto sum, summarise(all, schema_, stream(all), false));
            return sum.count;
        }
        TRY(const auto dataset, pool_->borrow());
        const gdal::Complaints complaints;
        const Rows rows{*dataset, statement.count};
        const OGRFeatureUniquePtr row{rows ? rows->GetNextFeature() : nullptr};
        if (row == nullptr) return failure(complaints);
        return static_cast<std::uint64_t>(row->GetFieldAsInteger64(0));
    }

    Result<ExtentAndCount> extent(const Query& query) const override {
        if (query.ids && query.ids->empty()) return ExtentAndCount{};
        const Query all = unordered(query);
        return summarise(all, schema_, stream(all), true);
    }

private:
    static Query unordered(Query query) {
        query.order.clear();
        query.offset = 0;
        query.limit.reset();
        return query;
    }

    tl::unexpected<Error> failure(const gdal::Complaints& complaints) const {
        return fail(ErrorKind::unavailable, "{}: reading layer «{}»: {}", pool_->path(),
                    schema_.name,
                    complaints.text("the file changed or is damaged; publish it anew"));
    }

    /// `query` outlives the stream.
    Stream stream(const Query& query) const {
        return [this, &query](const Candidates& wanted, const CandidateVisitor& visit) {
            return show(query, wanted, visit);
        };
    }

    Result<void> show(const Query& query, const Candidates& wanted,
                      const CandidateVisitor& visit) const {
        TRY(const auto dataset, pool_->borrow());
        const gdal::Complaints complaints;
        const auto statement =
            statement_of(query, wanted.fields, wanted.wants_geometry, table_, schema_);
        const Rows rows{*dataset, statement.select};
        // No rows layer at all: an empty result or a failure.
        if (!rows) {
            if (complaints.has_error()) return failure(complaints);
            return {};
        }
        const bool has_id = *rows->GetFIDColumn() != '\0';
        Feature feature;
        feature.values.resize(wanted.fields.size());
        while (const OGRFeatureUniquePtr row{rows->GetNextFeature()}) {
            read(*row, has_id, wanted, feature);
            if (!visit(feature)) return {};
        }
        if (complaints.has_error()) return failure(complaints);
        return {};
    }

    /// `feature` has a place for each wanted value.
    void read(const OGRFeature& row, bool has_id, const Candidates& wanted,
              Feature& feature) const {
        int column = 0;
        feature.id = (has_id ? std::int64_t{row.GetFID()}
                             : std::int64_t{row.GetFieldAsInteger64(column++)}) +
                     table_.id_offset;
        for (std::size_t i = 0; i < wanted.fields.size(); ++i) {
            const auto field = wanted.fields[i];
            if (field == schema_.id_field) {
                feature.values[i] = feature.id;
            } else {
                to_value(row, column++, schema_.fields[field].type, feature.values[i]);
            }
        }
        if (wanted.wants_geometry) {
            to_geometry(row.GetGeometryRef(), schema_.geometry_type, feature.geometry);
        } else {
            feature.geometry.clear();
        }
    }

    std::shared_ptr<const DatasetPool> pool_;
    LayerSchema schema_;
    GpkgTable table_;
};

bool has_table(GDALDataset& dataset, const std::string& name) {
    const Rows rows{dataset, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = " +
                                 quoted_text(name)};
    if (!rows) return false;
    const OGRFeatureUniquePtr row{rows->GetNextFeature()};
    return row != nullptr && row->GetFieldAsInteger(0) > 0;
}

/// The smallest and the largest FID, by the primary key's index.
Result<void> settle_ids(GDALDataset& dataset, OgrLayer& described) {
    const auto id = quoted_name(described.id_column);
    const Rows rows{dataset, fmt::format("SELECT MIN({0}), MAX({0}) FROM {1}", id,
                                         quoted_name(described.schema.name))};
    const OGRFeatureUniquePtr row{rows ? rows->GetNextFeature() : nullptr};
    if (row == nullptr || row->IsFieldSetAndNotNull(0) == 0) return {};
    return check_ids(described, row->GetFieldAsInteger64(0), row->GetFieldAsInteger64(1));
}

}  // namespace

Result<std::shared_ptr<const FeatureSource>> open_gpkg_layer(
    std::shared_ptr<const DatasetPool> pool, GDALDataset& dataset, OgrLayer described) {
    GpkgTable table;
    table.name = described.schema.name;
    table.id_column = described.id_column;
    table.geometry_column = described.geometry_column;
    if (table.id_column.empty()) {
        return fail(
            ErrorKind::invalid,
            "layer «{}»: a view or table without a primary key, so its features have no lasting ids; copy it into a table: "
            "ogr2ogr new.gpkg old.gpkg {}",
            table.name, table.name);
    }
    const gdal::Complaints complaints;
    TRY_DONE(settle_ids(dataset, described));
    table.id_offset = described.id_offset;
    for (const auto& field : described.schema.fields) table.columns.push_back(field.name);
    const std::string index = "rtree_" + table.name + "_" + table.geometry_column;
    if (!table.geometry_column.empty() && has_table(dataset, index)) table.index_table = index;
    return std::make_shared<GpkgSource>(std::move(pool), std::move(described.schema),
                                        std::move(table));
}

}  // namespace rhumb::gis
