#pragma once
/// Features as JSON, appended one after the other: Esri's form and GeoJSON (RFC 7946).

#include <optional>
#include <string>
#include <vector>

#include "gis/feature/feature.h"

namespace rhumb::gis {

/// How features are written.
struct FeatureJsonOptions {
    bool is_geojson = false;
    std::vector<std::size_t> fields;  ///< indices of the schema, in the order of Feature::values
    bool wants_geometry = true;
    std::optional<int> decimals;  ///< of coordinates; none: all of them
    Crs crs;                      ///< what the coordinates are in
};

/// One answer to a query. begin(), then add() for each feature, then end(); what was written so far
/// may be taken out of `text()` in between. Not for two threads at once.
class FeatureJson {
public:
    /// `schema` outlives it.
    FeatureJson(const LayerSchema& schema, FeatureJsonOptions options);

    void begin();
    void add(const Feature& feature) { add(feature, feature.geometry); }
    /// With another geometry than its own.
    void add(const Feature& feature, const Geometry& geometry);
    /// `is_cut`: there would have been more (exceededTransferLimit).
    void end(bool is_cut);

    std::string& text() { return text_; }

private:
    void add_attributes(const Feature& feature);

    const LayerSchema& schema_;
    FeatureJsonOptions options_;
    std::vector<std::string> keys_;  // "\"name\":" for each field
    std::string text_;
    bool is_first_ = true;
};

/// {"rings":…}, {"paths":…}, {"points":…}, {"x":…,"y":…}: a geometry in Esri's form, without its
/// reference system.
void append_esri_geometry(std::string& to, const Geometry& geometry, std::optional<int> decimals);
/// {"type":"Polygon","coordinates":…}; null for an empty one. Outer rings run counter-clockwise
/// here.
void append_geojson_geometry(std::string& to, const Geometry& geometry,
                             std::optional<int> decimals);

void append_value(std::string& to, const Value& value);

/// "esriGeometryPolygon"; "" for none.
std::string_view esri_name(GeometryType type);
/// "esriFieldTypeString". Whole numbers of 64 bits are told as Double: clients of this version know
/// no larger kind.
std::string_view esri_name(FieldType type);
/// {"name":…,"type":…,"alias":…,…} as layers and answers list it.
std::string field_json(const Field& field);

}  // namespace rhumb::gis
