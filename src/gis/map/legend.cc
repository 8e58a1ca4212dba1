#include "gis/map/legend.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "gis/map/canvas.h"
#include "gis/map/encode.h"
#include "gis/map/marker.h"

namespace rhumb::gis::map {

Image draw_swatch(const Style& style, GeometryType type, int side, double dpi) {
    const double pixels_per_point = dpi / 72;
    Canvas canvas{side, side, Color::none()};
    const double middle = side / 2.0;
    if (type == GeometryType::polygon) {
        // Edges run through the middle of pixels, where a line of one pixel is crisp.
        const double far = side - 2.5;
        const Path plane{.xy = {2.5, 2.5, far, 2.5, far, far, 2.5, far}, .parts = {0}};
        canvas.fill(plane, style.fill);
        canvas.stroke(plane, style.outline, style.outline_width * pixels_per_point, true);
    } else if (type == GeometryType::polyline) {
        const Path line{
            .xy = {2, side - 4.0, side * 0.4, side * 0.35, side * 0.6, side * 0.65, side - 2.0, 4},
            .parts = {0}};
        canvas.stroke(line, style.outline, style.outline_width * pixels_per_point, false);
    } else if (type != GeometryType::none) {
        Style fitting = style;
        fitting.marker_size = std::min(style.marker_size, (side - 4) / pixels_per_point);
        paint_marker(canvas, middle, middle, fitting, pixels_per_point);
    }
    return std::move(canvas).take();
}

Result<std::string> legend_json(const MapDescription& map) {
    using nlohmann::ordered_json;
    auto layers = ordered_json::array();
    for (const MapLayer& layer : map.layers) {
        const LayerSchema& schema = layer.source->schema();
        const Image swatch = draw_swatch(layer.style, schema.geometry_type);
        TRY(const auto bytes, encode(swatch, ImageFormat::png32));
        const std::string in_base64 = text::to_base64(bytes);
        ordered_json entry{{"label", schema.name},    {"url", std::to_string(layer.id) + "_symbol"},
                           {"imageData", in_base64},  {"contentType", "image/png"},
                           {"height", swatch.height}, {"width", swatch.width}};
        layers.push_back({{"layerId", layer.id},
                          {"layerName", schema.name},
                          {"layerType", "Feature Layer"},
                          {"minScale", layer.scale_min},
                          {"maxScale", layer.scale_max},
                          {"legend", ordered_json::array({std::move(entry)})}});
    }
    return ordered_json{{"layers", std::move(layers)}}.dump(-1, ' ', false,
                                                            ordered_json::error_handler_t::replace);
}

}  // namespace rhumb::gis::map
