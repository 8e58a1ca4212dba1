#pragma once
/// Layers of a GeoPackage: SQLite answers what it can, by its indexes. Private to gis/feature.

#include <memory>

#include "gis/feature/ogr_dataset.h"
#include "gis/feature/ogr_layer.h"
#include "gis/feature/source.h"

namespace rhumb::gis {

Result<std::shared_ptr<const FeatureSource>> open_gpkg_layer(
    std::shared_ptr<const DatasetPool> pool, GDALDataset& dataset, OgrLayer described);

}  // namespace rhumb::gis
