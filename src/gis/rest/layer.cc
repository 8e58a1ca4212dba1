#include "gis/rest/layer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "gis/feature/feature_json.h"
#include "gis/map/drawing_info.h"
#include "gis/rest/json.h"

namespace rhumb::gis::rest {

namespace {

/// What a query may ask for. A member that is missing counts as no with some clients and as yes
/// with others: all are said.
Json query_capabilities() {
    return {{"useStandardizedQueries", true},
            {"supportsStatistics", false},
            {"supportsPercentileStatistics", false},
            {"supportsHavingClause", false},
            {"supportsOrderBy", true},
            {"supportsDistinct", false},
            {"supportsCountDistinct", false},
            {"supportsPagination", true},
            {"supportsPaginationOnAggregatedQueries", false},
            {"supportsTrueCurve", false},
            {"supportsReturningQueryExtent", true},
            {"supportsReturningQueryGeometry", false},
            {"supportsReturningGeometryCentroid", false},
            {"supportsReturningGeometryEnvelope", false},
            {"supportsReturningGeometryProperties", false},
            {"supportsQueryWithDistance", false},
            {"supportsSqlExpression", false},
            {"supportsQueryWithResultType", false},
            {"supportsQueryWithCacheHint", false},
            {"supportsQueryWithDatumTransformation", false},
            {"supportsQueryAttachments", false},
            {"supportsQueryRelatedPagination", false},
            {"supportsFullTextSearch", false},
            {"supportsTopFeaturesQuery", false},
            {"supportsOutFieldSQLExpression", false},
            {"supportsDisjointSpatialRel", false},
            {"supportsMultipatchOption", false}};
}

Json fields_of(const LayerSchema& schema) {
    auto fields = Json::array();
    for (const auto& field : schema.fields)
        fields.push_back(Json::parse(field_json(field), nullptr, false));
    return fields;
}

Json indexes_of(const LayerSchema& schema) {
    return Json::array({{{"name", "PK_" + schema.id().name},
                         {"fields", schema.id().name},
                         {"isAscending", true},
                         {"isUnique", true},
                         {"description", ""}}});
}

/// What MapServer and FeatureServer say alike.
Json layer_json(const Service& service, const map::MapLayer& layer, ServiceType type) {
    const auto& schema = layer.source->schema();
    const bool is_table = schema.geometry_type == GeometryType::none;
    const auto traits = traits_of(schema.crs).value_or(CrsTraits{});
    Json json{{"currentVersion", current_version},
              {"id", layer.id},
              {"name", schema.name},
              {"type", is_table ? "Table" : "Feature Layer"},
              {"description", service.definition.description},
              {"copyrightText", service.definition.attribution},
              {"parentLayer", nullptr},
              {"subLayers", Json::array()},
              {"defaultVisibility", layer.is_visible},
              {"minScale", layer.scale_min},
              {"maxScale", layer.scale_max},
              {"canModifyLayer", false},
              {"canScaleSymbols", false},
              {"hasLabels", false},
              {"displayField", schema.fields[schema.display_field].name}};
    if (!is_table) {
        json["geometryType"] = esri_name(schema.geometry_type);
        json["extent"] = extent(schema.extent, schema.crs, traits);
        json["sourceSpatialReference"] = spatial_reference(schema.crs);
        json["drawingInfo"] =
            Json::parse(map::drawing_info_json(layer.style, schema.geometry_type), nullptr, false);
    }
    json["hasZ"] = false;
    json["hasM"] = false;
    json["hasAttachments"] = false;
    json["htmlPopupType"] = "esriServerHTMLPopupTypeAsHTMLText";
    json["objectIdField"] = schema.id().name;
    json["globalIdField"] = "";
    json["typeIdField"] = "";
    json["subtypeField"] = "";
    json["fields"] = fields_of(schema);
    json["geometryField"] = nullptr;
    json["indexes"] = indexes_of(schema);
    json["subtypes"] = Json::array();
    json["types"] = Json::array();
    json["templates"] = Json::array();
    json["relationships"] = Json::array();
    json["isDataVersioned"] = false;
    json["ownershipBasedAccessControlForFeatures"] = {{"allowOthersToQuery", true}};
    json["editFieldsInfo"] = nullptr;
    json["dateFieldsTimeReference"] = {{"timeZone", "UTC"}, {"respectsDaylightSaving", false}};
    json["useStandardizedQueries"] = true;
    json["supportsStatistics"] = false;
    json["supportsAdvancedQueries"] = true;
    json["supportsCoordinatesQuantization"] = false;
    json["supportedQueryFormats"] = "JSON, geoJSON";
    json["supportedSpatialRelationships"] = {
        "esriSpatialRelIntersects",      "esriSpatialRelContains",
        "esriSpatialRelCrosses",         "esriSpatialRelEnvelopeIntersects",
        "esriSpatialRelIndexIntersects", "esriSpatialRelOverlaps",
        "esriSpatialRelTouches",         "esriSpatialRelWithin"};
    json["maxRecordCount"] = service.records_max();
    json["standardMaxRecordCount"] = service.records_max();
    json["tileMaxRecordCount"] = service.records_max();
    json["maxRecordCountFactor"] = 1;
    json["advancedQueryCapabilities"] = query_capabilities();
    json["capabilities"] = type == ServiceType::map ? "Map,Query,Data" : "Query";
    return json;
}

std::string layer_html(const Service& service, const map::MapLayer& layer, const Call& call) {
    const auto& schema = layer.source->schema();
    std::string body = html_terms(
        {{"Service", html_link({std::string{service.title()},
                                call.target.up + service_path(service, call.target.type)})},
         {"Kind", std::string{to_word(schema.geometry_type)}},
         {"Features", std::to_string(schema.feature_count)},
         {"Spatial reference", schema.crs.epsg != 0 ? fmt::format("EPSG:{}", schema.crs.epsg) : ""},
         {"Object id", text::escape_html(schema.id().name)},
         {"Shown by", text::escape_html(schema.fields[schema.display_field].name)},
         {"Attribution", text::escape_html(service.definition.attribution)}});
    body +=
        "<h2>Fields</h2>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Alias</th>"
        "<th scope=\"col\">Type</th></tr></thead>\n<tbody>\n";
    for (const auto& field : schema.fields) {
        body += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                            text::escape_html(field.name), text::escape_html(field.alias),
                            esri_name(field.type).substr(sizeof("esriFieldType") - 1));
    }
    body += "</tbody>\n</table></div>\n<h2>Operations</h2>\n";
    body +=
        html_list({{"query", call.target.up + service_path(service, call.target.type,
                                                           fmt::format("{}/query", layer.id))}});
    return html_page(call, {fmt::format("{} ({})", schema.name, layer.id), body, true});
}

}  // namespace

http::Response layer_resource(const Service& service, const map::MapLayer& layer,
                              const Call& call) {
    if (call.format == Format::html) return html_response(layer_html(service, layer, call));
    return json_response(call, to_text(layer_json(service, layer, call.target.type)));
}

http::Response all_layers(const Service& service, const Call& call) {
    Json json{{"layers", Json::array()}, {"tables", Json::array()}};
    for (const auto& layer : service.map->layers) {
        const bool is_table = layer.source->schema().geometry_type == GeometryType::none;
        json[is_table ? "tables" : "layers"].push_back(
            layer_json(service, layer, call.target.type));
    }
    if (call.format != Format::html) return json_response(call, to_text(json));
    std::vector<Link> links;
    for (const auto& layer : service.map->layers) {
        links.push_back(
            {layer.source->schema().name,
             call.target.up + service_path(service, call.target.type, std::to_string(layer.id))});
    }
    return html_response(html_page(call, {"Layers", html_list(links), true}));
}

}  // namespace rhumb::gis::rest
