#include "gis/rest/service.h"

#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "gis/feature/feature_json.h"
#include "gis/rest/json.h"

namespace rhumb::gis::rest {

namespace {

std::string_view units(const Service& service) {
    if (service.traits.is_geographic) return "esriDecimalDegrees";
    if (service.traits.metres_per_unit == 1) return "esriMeters";
    return std::fabs(service.traits.metres_per_unit - 0.3048) < 1e-5 ? "esriFeet"
                                                                     : "esriUnknownUnits";
}

bool is_table(const map::MapLayer& layer) {
    return layer.source->schema().geometry_type == GeometryType::none;
}

/// The short form of a layer that roots list; tables apart from layers.
Json listed(const Service& service, bool tables, bool names_type) {
    auto list = Json::array();
    for (const auto& layer : service.map->layers) {
        if (is_table(layer) != tables) continue;
        const auto& schema = layer.source->schema();
        Json entry{{"id", layer.id},
                   {"name", schema.name},
                   {"parentLayerId", -1},
                   {"defaultVisibility", layer.is_visible},
                   {"subLayerIds", nullptr},
                   {"minScale", layer.scale_min},
                   {"maxScale", layer.scale_max}};
        if (names_type || !tables) entry["type"] = tables ? "Table" : "Feature Layer";
        if (!tables) entry["geometryType"] = esri_name(schema.geometry_type);
        list.push_back(std::move(entry));
    }
    return list;
}

Json document_info(const Service& service) {
    return {{"Title", service.title()},
            {"Author", ""},
            {"Comments", service.definition.description},
            {"Subject", ""},
            {"Category", ""},
            {"AntialiasingMode", "Fast"},
            {"TextAntialiasingMode", "Force"},
            {"Keywords", ""}};
}

std::string service_html(const Service& service, const Call& call, std::string_view capabilities,
                         const std::vector<Link>& operations) {
    const std::string up = call.target.up;
    std::vector<Link> layers;
    for (const auto& layer : service.map->layers) {
        const auto& schema = layer.source->schema();
        layers.push_back(
            {fmt::format("{} ({}, {})", schema.name, layer.id, to_word(schema.geometry_type)),
             up + service_path(service, call.target.type, std::to_string(layer.id))});
    }
    std::string body;
    if (!service.definition.description.empty())
        body += "<p>" + text::escape_html(service.definition.description) + "</p>\n";
    const auto& box = service.extent;
    body += html_terms(
        {{"Attribution", text::escape_html(service.definition.attribution)},
         {"Spatial reference",
          service.crs.epsg != 0 ? fmt::format("EPSG:{}", service.crs.epsg) : "without a number"},
         {"Extent", box.is_empty() ? ""
                                   : fmt::format("{:.6g}, {:.6g} to {:.6g}, {:.6g}", box.xmin,
                                                 box.ymin, box.xmax, box.ymax)},
         {"Most features in an answer", std::to_string(service.records_max())},
         {"Capabilities", std::string{capabilities}}});
    body += "<h2>Layers</h2>\n" + html_list(layers);
    body += "<h2>Operations</h2>\n" + html_list(operations);
    return html_page(
        call, {fmt::format("{} ({})", service.title(), to_text(call.target.type)), body, true});
}

/// A link that draws all of the map: a page, once the operation writes one, else the picture.
Link export_link(const Service& service, const Call& call) {
    const auto box = service.extent.is_empty() ? Envelope{-180, -90, 180, 90} : service.extent;
    return {"export: a picture of the map",
            fmt::format("{}{}?bbox={},{},{},{}&size=800,600&f=image", call.target.up,
                        service_path(service, ServiceType::map, "export"), box.xmin, box.ymin,
                        box.xmax, box.ymax)};
}

}  // namespace

http::Response map_service(const Service& service, const Call& call) {
    constexpr std::string_view capabilities = "Map,Query,Data";
    const std::string up = call.target.up;
    if (call.format == Format::html) {
        return html_response(service_html(
            service, call, capabilities,
            {export_link(service, call),
             {"legend", up + service_path(service, ServiceType::map, "legend?f=pjson")},
             {"layers: all definitions",
              up + service_path(service, ServiceType::map, "layers?f=pjson")},
             {"The same as FeatureServer", up + service_path(service, ServiceType::feature)}}));
    }
    const Json json{
        {"currentVersion", current_version},
        {"serviceDescription", service.definition.description},
        {"mapName", service.title()},
        {"description", service.definition.description},
        {"copyrightText", service.definition.attribution},
        {"supportsDynamicLayers", false},
        {"layers", listed(service, false, true)},
        {"tables", listed(service, true, true)},
        {"spatialReference", spatial_reference(service.crs)},
        {"singleFusedMapCache", false},
        {"initialExtent", extent(service.extent, service.crs, service.traits)},
        {"fullExtent", extent(service.extent, service.crs, service.traits)},
        {"minScale", 0},
        {"maxScale", 0},
        {"units", units(service)},
        {"supportedImageFormatTypes", "PNG32,PNG24,PNG,JPG,PNG8"},
        {"documentInfo", document_info(service)},
        {"capabilities", capabilities},
        {"supportedQueryFormats", "JSON, geoJSON"},
        {"exportTilesAllowed", false},
        {"supportsDatumTransformation", true},
        {"maxRecordCount", service.records_max()},
        {"maxImageHeight", service.map->height_max},
        {"maxImageWidth", service.map->width_max},
        {"supportedExtensions", "FeatureServer"},
    };
    return json_response(call, to_text(json));
}

http::Response feature_service(const Service& service, const Call& call) {
    constexpr std::string_view capabilities = "Query";
    const std::string up = call.target.up;
    if (call.format == Format::html) {
        return html_response(service_html(
            service, call, capabilities,
            {{"layers: all definitions",
              up + service_path(service, ServiceType::feature, "layers?f=pjson")},
             {"The same as MapServer", up + service_path(service, ServiceType::map)}}));
    }
    const Json json{
        {"currentVersion", current_version},
        {"serviceDescription", service.definition.description},
        {"hasVersionedData", false},
        {"supportsDisconnectedEditing", false},
        {"supportsReturnDeleteResults", false},
        {"hasStaticData", true},
        {"hasSharedDomains", false},
        {"supportedQueryFormats", "JSON, geoJSON"},
        {"maxRecordCount", service.records_max()},
        {"capabilities", capabilities},
        {"description", service.definition.description},
        {"copyrightText", service.definition.attribution},
        {"spatialReference", spatial_reference(service.crs)},
        {"initialExtent", extent(service.extent, service.crs, service.traits)},
        {"fullExtent", extent(service.extent, service.crs, service.traits)},
        {"allowGeometryUpdates", false},
        {"allowTrueCurvesUpdates", false},
        {"supportsTrueCurve", false},
        {"units", units(service)},
        {"syncEnabled", false},
        {"supportsApplyEditsWithGlobalIds", false},
        {"documentInfo", document_info(service)},
        {"layers", listed(service, false, true)},
        {"tables", listed(service, true, true)},
        {"enableZDefaults", false},
        {"zDefault", 0},
    };
    return json_response(call, to_text(json));
}

}  // namespace rhumb::gis::rest
