#pragma once
/// A map as the operations on it see it: layers with their looks, and what may be asked of it. Made
/// by the catalogue.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "gis/feature/source.h"
#include "gis/map/style.h"

namespace rhumb::gis::map {

struct MapLayer {
    int id = 0;
    std::shared_ptr<const FeatureSource> source;  ///< never null
    Style style;
    bool is_visible = true;  ///< GeoServices' defaultVisibility
    double scale_min =
        0;  ///< GeoServices' minScale: not drawn when zoomed out beyond it; 0: no bound
    double scale_max =
        0;  ///< GeoServices' maxScale: not drawn when zoomed in beyond it; 0: no bound
};

/// Immutable once it is shared.
struct MapDescription {
    std::string name;              ///< "Hydrography/Rivers"
    std::vector<MapLayer> layers;  ///< the first is drawn uppermost
    Crs crs;               ///< of the map: what bboxSR and imageSR mean when they are not given
    int width_max = 4096;  ///< pixels
    int height_max = 4096;
    std::chrono::milliseconds drawing_time_max{20'000};
};

}  // namespace rhumb::gis::map
