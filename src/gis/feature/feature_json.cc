#include "gis/feature/feature_json.h"

#include <fmt/format.h>

#include "gis/feature/json_text.h"
#include "gis/map/spatial_reference.h"

namespace rhumb::gis {

using json_text::append_number;
using json_text::append_string;

std::string_view esri_name(GeometryType type) {
    switch (type) {
        case GeometryType::point: return "esriGeometryPoint";
        case GeometryType::multipoint: return "esriGeometryMultipoint";
        case GeometryType::polyline: return "esriGeometryPolyline";
        case GeometryType::polygon: return "esriGeometryPolygon";
        case GeometryType::none: break;
    }
    return "";
}

std::string_view esri_name(FieldType type) {
    switch (type) {
        case FieldType::oid: return "esriFieldTypeOID";
        case FieldType::small_integer: return "esriFieldTypeSmallInteger";
        case FieldType::integer: return "esriFieldTypeInteger";
        case FieldType::single: return "esriFieldTypeSingle";
        case FieldType::big_integer:
        case FieldType::real: return "esriFieldTypeDouble";
        case FieldType::date: return "esriFieldTypeDate";
        case FieldType::guid: return "esriFieldTypeGUID";
        case FieldType::string: break;
    }
    return "esriFieldTypeString";
}

std::string field_json(const Field& field) {
    std::string json = "{\"name\":";
    append_string(json, field.name);
    json += fmt::format(R"(,"type":"{}","alias":)", esri_name(field.type));
    append_string(json, field.alias.empty() ? field.name : field.alias);
    if (field.type == FieldType::string)
        json += fmt::format(R"(,"length":{})", field.length > 0 ? field.length : 2'147'483'647);
    if (field.type == FieldType::date) json += R"(,"length":8)";
    json += fmt::format(R"(,"domain":null,"defaultValue":null,"nullable":{},"editable":false}})",
                        field.is_nullable);
    return json;
}

void append_value(std::string& to, const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        append_string(to, *text);
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        append_number(to, *whole);
    } else if (const auto* real = std::get_if<double>(&value)) {
        append_number(to, *real);
    } else if (const auto* instant = std::get_if<Instant>(&value)) {
        append_number(to, instant->milliseconds);
    } else {
        to += "null";
    }
}

namespace {

class Coordinates {
public:
    Coordinates(std::string& to, std::optional<int> decimals) : to_{to}, decimals_{decimals} {}

    void number(double value) const {
        if (decimals_) {
            json_text::append_rounded(to_, value, *decimals_);
        } else {
            append_number(to_, value);
        }
    }
    void pair(double x, double y) const {
        to_ += '[';
        number(x);
        to_ += ',';
        number(y);
        to_ += ']';
    }
    /// [[x,y],…], the other way round for `is_reversed`.
    void list(std::span<const double> xy, bool is_reversed = false) const {
        to_ += '[';
        const std::size_t count = xy.size() / 2;
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) to_ += ',';
            const std::size_t at = 2 * (is_reversed ? count - 1 - i : i);
            pair(xy[at], xy[at + 1]);
        }
        to_ += ']';
    }
    void parts(const Geometry& geometry) const {
        to_ += '[';
        for (std::size_t i = 0; i < geometry.parts.size(); ++i) {
            if (i > 0) to_ += ',';
            list(geometry.part(i));
        }
        to_ += ']';
    }
    /// [[ring,…],…]: each outer ring with its holes; `is_single` leaves the outer brackets away.
    void polygons(const Geometry& geometry, bool is_single) const {
        if (!is_single) to_ += '[';
        for (std::size_t i = 0; i < geometry.parts.size(); ++i) {
            const bool begins = i == 0 || !geometry.parts[i].is_hole;
            if (begins) to_ += i == 0 ? "[" : "],[";
            if (!begins) to_ += ',';
            list(geometry.part(i), true);
        }
        to_ += ']';
        if (!is_single) to_ += ']';
    }

private:
    std::string& to_;
    std::optional<int> decimals_;
};

bool is_single_polygon(const Geometry& geometry) {
    for (std::size_t i = 1; i < geometry.parts.size(); ++i) {
        if (!geometry.parts[i].is_hole) return false;
    }
    return true;
}

}  // namespace

void append_esri_geometry(std::string& to, const Geometry& geometry, std::optional<int> decimals) {
    const Coordinates write{to, decimals};
    switch (geometry.type) {
        case GeometryType::none: to += "null"; return;
        case GeometryType::point:
            to += "{\"x\":";
            write.number(geometry.xy[0]);
            to += ",\"y\":";
            write.number(geometry.xy[1]);
            break;
        case GeometryType::multipoint:
            to += "{\"points\":";
            write.list(geometry.xy);
            break;
        case GeometryType::polyline:
            to += "{\"paths\":";
            write.parts(geometry);
            break;
        case GeometryType::polygon:
            to += "{\"rings\":";
            write.parts(geometry);
            break;
    }
    to += '}';
}

void append_geojson_geometry(std::string& to, const Geometry& geometry,
                             std::optional<int> decimals) {
    const Coordinates write{to, decimals};
    if (geometry.is_empty()) {
        to += "null";
        return;
    }
    switch (geometry.type) {
        case GeometryType::none: to += "null"; return;
        case GeometryType::point:
            to += R"({"type":"Point","coordinates":)";
            write.pair(geometry.xy[0], geometry.xy[1]);
            break;
        case GeometryType::multipoint:
            to += R"({"type":"MultiPoint","coordinates":)";
            write.list(geometry.xy);
            break;
        case GeometryType::polyline:
            if (geometry.parts.size() == 1) {
                to += R"({"type":"LineString","coordinates":)";
                write.list(geometry.xy);
            } else {
                to += R"({"type":"MultiLineString","coordinates":)";
                write.parts(geometry);
            }
            break;
        case GeometryType::polygon: {
            const bool is_single = is_single_polygon(geometry);
            to += is_single ? R"({"type":"Polygon","coordinates":)"
                            : R"({"type":"MultiPolygon","coordinates":)";
            write.polygons(geometry, is_single);
            break;
        }
    }
    to += '}';
}

FeatureJson::FeatureJson(const LayerSchema& schema, FeatureJsonOptions options)
    : schema_{schema}, options_{std::move(options)} {
    for (const auto field : options_.fields) {
        std::string key;
        append_string(key, schema.fields[field].name);
        keys_.push_back(key + ":");
    }
}

void FeatureJson::begin() {
    if (options_.is_geojson) {
        text_ += R"({"type":"FeatureCollection",)";
        if (options_.crs.epsg != 0 && options_.crs.epsg != Crs::wgs84) {
            text_ += fmt::format(R"("crs":{{"type":"name","properties":{{"name":"EPSG:{}"}}}},)",
                                 options_.crs.epsg);
        }
        text_ += "\"features\":[";
        return;
    }
    text_ += "{\"objectIdFieldName\":";
    append_string(text_, schema_.id().name);
    text_ += R"(,"globalIdFieldName":"")";
    if (schema_.geometry_type != GeometryType::none) {
        text_ += fmt::format(R"(,"geometryType":"{}","spatialReference":{})",
                             esri_name(schema_.geometry_type),
                             map::spatial_reference_json(options_.crs));
    }
    text_ += ",\"fields\":[";
    for (std::size_t i = 0; i < options_.fields.size(); ++i) {
        if (i > 0) text_ += ',';
        text_ += field_json(schema_.fields[options_.fields[i]]);
    }
    text_ += "],\"features\":[";
}

void FeatureJson::add_attributes(const Feature& feature) {
    text_ += '{';
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (i > 0) text_ += ',';
        text_ += keys_[i];
        append_value(text_, feature.values[i]);
    }
    text_ += '}';
}

void FeatureJson::add(const Feature& feature, const Geometry& geometry) {
    if (!is_first_) text_ += ',';
    is_first_ = false;
    if (options_.is_geojson) {
        text_ += R"({"type":"Feature","id":)";
        append_number(text_, feature.id);
        text_ += ",\"geometry\":";
        append_geojson_geometry(text_, geometry, options_.decimals);
        text_ += ",\"properties\":";
        add_attributes(feature);
    } else {
        text_ += "{\"attributes\":";
        add_attributes(feature);
        if (options_.wants_geometry && !geometry.is_empty()) {
            text_ += ",\"geometry\":";
            append_esri_geometry(text_, geometry, options_.decimals);
        }
    }
    text_ += '}';
}

void FeatureJson::end(bool is_cut) {
    text_ += ']';
    if (is_cut)
        text_ +=
            options_.is_geojson
                ? R"(,"properties":{"exceededTransferLimit":true},"exceededTransferLimit":true)"
                : R"(,"exceededTransferLimit":true)";
    text_ += '}';
}

}  // namespace rhumb::gis
