#pragma once
/// The `export` operation of a MapServer: from its parameters to the answer.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gis/map/description.h"
#include "gis/map/encode.h"
#include "gis/map/picture_store.h"
#include "gis/map/view.h"
#include "http/message.h"
#include "net/pool.h"
#include "net/task.h"

namespace rhumb::gis::map {

/// The value of a parameter, its name compared without case; empty when it was not given. It
/// is asked on another thread: it owns what it reads.
using FindParameter = std::function<std::string(std::string_view name)>;

/// A request to draw, understood and within the limits of the map.
struct ExportRequest {
    View view;
    ImageFormat format = ImageFormat::png;
    bool is_transparent = false;
    std::vector<std::size_t>
        layers;  ///< indices of MapDescription::layers that are drawn, uppermost first
    std::map<std::size_t, std::shared_ptr<const Where>> where;  ///< layerDefs, by the same index
};

/// Reads bbox, bboxSR, imageSR, size, dpi, format, transparent, layers, layerDefs, mapScale and
/// rotation. `invalid` names the parameter, what is wrong with it and what it should be.
Result<ExportRequest> parse_export(const MapDescription& map, const FindParameter& find);

/// A picture that was drawn, and what is on it.
struct DrawnMap {
    std::shared_ptr<const std::string> bytes;
    ImageFormat format = ImageFormat::png;
    View view;
    double scale = 0;
};

/// Draws and encodes. Blocks.
Result<DrawnMap> draw_export(const MapDescription& map, const ExportRequest& request,
                             std::chrono::steady_clock::time_point deadline);

/// {"href":…,"width":…,"height":…,"extent":{…},"scale":…}
std::string export_json(const DrawnMap& drawn, std::string_view href);

/// What export_map() needs from around it. The references outlive every answer.
struct ExportSurroundings {
    net::Pool& pool;
    PictureStore& pictures;
    std::string output_url;  ///< absolute, no slash at the end:
                             ///< "https://h/arcgis/rest/directories/arcgisoutput"
    std::chrono::steady_clock::time_point now;
};

/// Answers the operation: `f` is image, json, pjson or html (which is also what an empty one
/// means). A failure is for the caller to put into the form that `f` asks for; `unavailable` when
/// the pool is full or drawing took too long.
net::Task<http::Response> export_map(std::shared_ptr<const MapDescription> map, FindParameter find,
                                     ExportSurroundings around);

/// GET …/directories/arcgisoutput/<name>: a picture that export_map() told of. `not_found` when it
/// is gone.
Result<http::Response> output_response(PictureStore& pictures, const std::string& name,
                                       std::chrono::steady_clock::time_point now);

}  // namespace rhumb::gis::map
