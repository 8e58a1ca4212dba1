#pragma once
/// The renderer: layers in, picture out. Features are streamed: no more than one is in memory at a
/// time, besides the outlines of a layer, which are bounded. Blocks; belongs into net::Pool. Any
/// number of pictures at once.

#include <chrono>
#include <memory>
#include <optional>
#include <span>

#include "base/result.h"
#include "gis/feature/source.h"
#include "gis/map/image.h"
#include "gis/map/style.h"
#include "gis/map/view.h"

namespace rhumb::gis::map {

/// A layer as it shall be drawn.
struct DrawnLayer {
    const FeatureSource* source = nullptr;  ///< never null
    Style style;
    std::shared_ptr<const Where> where{};  ///< null: every feature
    double scale_min =
        0;  ///< GeoServices' minScale: not drawn when zoomed out beyond it; 0: no bound
    double scale_max =
        0;  ///< GeoServices' maxScale: not drawn when zoomed in beyond it; 0: no bound

    bool is_drawn_at(double scale) const {
        return (scale_min == 0 || scale <= scale_min) && (scale_max == 0 || scale >= scale_max);
    }
};

/// Draws the layers, the first one uppermost. `unavailable` when `deadline` passes first; the error
/// of a source when one fails (a picture that lacks a layer would be a lie).
Result<Image> render(const View& view, std::span<const DrawnLayer> layers, Color background,
                     std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt);

}  // namespace rhumb::gis::map
