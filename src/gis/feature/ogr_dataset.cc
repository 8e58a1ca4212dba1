#include "gis/feature/ogr_dataset.h"

#include <array>
#include <system_error>

#include <gdal_priv.h>

#include "base/text.h"
#include "gis/feature/gdal.h"

namespace rhumb::gis {

DatasetPool::DatasetPool(std::string path) : path_{std::move(path)} {}

DatasetPool::~DatasetPool() {
    const gdal::Complaints complaints;
    for (auto* dataset : idle_) GDALClose(dataset);
}

Result<DatasetPool::Loan> DatasetPool::borrow() const {
    {
        const std::lock_guard lock{mutex_};
        if (!idle_.empty()) {
            auto* dataset = idle_.back();
            idle_.pop_back();
            return Loan{*this, dataset};
        }
    }
    gdal::start();
    static constexpr std::array<const char*, 5> drivers{"GPKG", "ESRI Shapefile", "GeoJSON",
                                                        "FlatGeobuf", nullptr};
    const gdal::Complaints complaints;
    auto* opened =
        GDALDataset::Open(path_.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers.data());
    if (opened == nullptr) {
        return fail(ErrorKind::unavailable,
                    "{}: {}; Rhumb reads GeoPackage, Shapefile, GeoJSON and FlatGeobuf", path_,
                    complaints.text("no map data that Rhumb can read"));
    }
    return Loan{*this, opened};
}

void DatasetPool::take_back(GDALDataset* dataset) const {
    {
        const std::lock_guard lock{mutex_};
        if (idle_.size() < idle_max) {
            idle_.push_back(dataset);
            return;
        }
    }
    const gdal::Complaints complaints;
    GDALClose(dataset);
}

Result<std::string> readable_path(const std::filesystem::path& path) {
    const std::string given = path.string();
    const bool is_special =
        text::istarts_with(given, "/vsi") || text::istarts_with(given, "http") ||
        given.find_first_of(":<{\n") != std::string::npos || given.find('\0') != std::string::npos;
    if (given.empty() || is_special) {
        return fail(
            ErrorKind::invalid,
            "source «{}»: not the plain path of a file; copy the data to this machine and name its file",
            given);
    }
    std::error_code error;
    const auto absolute = std::filesystem::weakly_canonical(path, error);
    if (error || text::istarts_with(absolute.string(), "/vsi")) {
        return fail(ErrorKind::invalid, "source «{}»: the path cannot be followed ({})", given,
                    error.message());
    }
    const auto status = std::filesystem::status(absolute, error);
    if (!std::filesystem::exists(status)) {
        return fail(ErrorKind::not_found,
                    "source «{}»: no such file; check the path, and that this user may read it",
                    given);
    }
    if (!std::filesystem::is_regular_file(status)) {
        return fail(ErrorKind::invalid,
                    "source «{}»: not a file; name the .gpkg, .shp, .geojson or .fgb itself",
                    given);
    }
    return absolute.string();
}

}  // namespace rhumb::gis
