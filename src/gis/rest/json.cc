#include "gis/rest/json.h"

#include "gis/map/spatial_reference.h"

namespace rhumb::gis::rest {

std::string to_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json spatial_reference(const Crs& crs) {
    if (!crs.is_known()) return nullptr;
    return Json::parse(map::spatial_reference_json(crs), nullptr, false);
}

Json extent(const Envelope& box, const Crs& crs, const CrsTraits& traits) {
    const Envelope world =
        traits.is_geographic ? Envelope{-180, -90, 180, 90} : Envelope{0, 0, 0, 0};
    const Envelope& told = box.is_empty() ? world : box;
    return {{"xmin", told.xmin},
            {"ymin", told.ymin},
            {"xmax", told.xmax},
            {"ymax", told.ymax},
            {"spatialReference", spatial_reference(crs)}};
}

}  // namespace rhumb::gis::rest
