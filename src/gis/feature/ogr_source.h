#pragma once
/// Files that GDAL reads, as feature sources: GeoPackage, Shapefile, GeoJSON, FlatGeobuf.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gis/feature/source.h"

namespace rhumb::gis {

/// The layers of a file, in its order; at least one.
struct OpenedFile {
    std::string format;  ///< "GeoPackage", "Shapefile", "GeoJSON", "FlatGeobuf"
    std::vector<std::shared_ptr<const FeatureSource>> layers;
    std::vector<std::string> warnings;  ///< what a publisher should know
};

/// Opens every layer that has something to show. Blocks. Errors name the file, the step and what to
/// do.
Result<OpenedFile> open_file(const std::filesystem::path& given);

}  // namespace rhumb::gis
