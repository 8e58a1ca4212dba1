#include "gis/rest/query.h"

#include <fmt/format.h>

#include "base/text.h"
#include "gis/feature/json_text.h"
#include "gis/feature/moment.h"
#include "gis/map/spatial_reference.h"

namespace rhumb::gis::rest {

namespace {

/// The way to the coordinates of the answer; nothing when they are the layer's own.
Result<std::optional<Transform>> way_out(const LayerQuery& wanted) {
    const auto& from = wanted.layer->source->schema().crs;
    if (from == wanted.crs) return std::optional<Transform>{};
    TRY(auto transform, Transform::between(from, wanted.crs));
    return std::optional{std::move(transform)};
}

Result<std::string> features(const LayerQuery& wanted, std::size_t bytes_max) {
    const auto& source = *wanted.layer->source;
    std::optional<Transform> transform;
    if (wanted.query.wants_geometry) {
        TRY(transform, way_out(wanted));
    }
    FeatureJson json{source.schema(),
                     {wanted.is_geojson, wanted.query.fields, wanted.query.wants_geometry,
                      wanted.decimals, wanted.crs}};
    json.begin();
    std::uint64_t told = 0;
    bool is_cut = false;
    bool is_too_large = false;
    Geometry moved;
    TRY_DONE(source.read(wanted.query, [&](const Feature& feature) {
        is_cut = told == wanted.features_max;
        if (is_cut) return false;
        ++told;
        if (transform && !feature.geometry.is_empty()) {
            moved = feature.geometry;
            transform->apply(moved);
            json.add(feature, moved);
        } else {
            json.add(feature);
        }
        is_too_large = json.text().size() > bytes_max;
        return !is_too_large;
    }));
    if (is_too_large) {
        return fail(
            ErrorKind::too_large,
            "the answer is larger than {} MiB; ask for fewer features with resultRecordCount, or for simpler ones with maxAllowableOffset",
            bytes_max >> 20U);
    }
    json.end(is_cut);
    return std::move(json.text());
}

Result<std::string> ids(const LayerQuery& wanted, std::size_t bytes_max) {
    const auto& source = *wanted.layer->source;
    std::string list;
    Query query = wanted.query;
    query.fields.clear();
    query.wants_geometry = false;
    TRY_DONE(source.read(query, [&](const Feature& feature) {
        if (!list.empty()) list += ',';
        json_text::append_number(list, feature.id);
        return list.size() <= bytes_max;
    }));
    if (list.size() > bytes_max)
        return fail(ErrorKind::too_large,
                    "there are more ids than an answer can hold; narrow the query");
    std::string name;
    json_text::append_string(name, source.schema().id().name);
    if (wanted.is_geojson) {
        return fmt::format(
            R"({{"type":"FeatureCollection","properties":{{"objectIdFieldName":{},"objectIds":[{}]}},"features":[]}})",
            name, list);
    }
    return fmt::format(R"({{"objectIdFieldName":{},"objectIds":[{}]}})", name, list);
}

Result<std::string> count(const LayerQuery& wanted) {
    TRY(const auto number, wanted.layer->source->count(wanted.query));
    if (wanted.is_geojson)
        return fmt::format(
            R"({{"type":"FeatureCollection","count":{0},"properties":{{"count":{0}}},"features":[]}})",
            number);
    return fmt::format(R"({{"count":{}}})", number);
}

Result<std::string> extent(const LayerQuery& wanted) {
    TRY(const auto sum, wanted.layer->source->extent(wanted.query));
    TRY(const auto transform, way_out(wanted));
    const auto box = transform ? transform->apply(sum.extent) : sum.extent;
    std::string corners;
    for (const double value : {box.xmin, box.ymin, box.xmax, box.ymax}) {
        if (!corners.empty()) corners += ',';
        json_text::append_number(corners, value);
    }
    if (wanted.is_geojson) {
        // RFC 7946 section 5. A box of nothing is left out.
        const auto bbox = box.is_empty() ? std::string{} : fmt::format(R"("bbox":[{}],)", corners);
        return fmt::format(R"({{"type":"FeatureCollection",{}"count":{},"features":[]}})", bbox,
                           sum.count);
    }
    if (box.is_empty()) {
        return fmt::format(
            R"({{"extent":{{"xmin":"NaN","ymin":"NaN","xmax":"NaN","ymax":"NaN","spatialReference":{}}},"count":{}}})",
            map::spatial_reference_json(wanted.crs), sum.count);
    }
    return fmt::format(R"({{"extent":{},"count":{}}})", map::box_json(box, wanted.crs), sum.count);
}

}  // namespace

Result<std::string> run_query(const LayerQuery& wanted, std::size_t bytes_max) {
    switch (wanted.answer) {
        case QueryAnswer::ids: return ids(wanted, bytes_max);
        case QueryAnswer::count: return count(wanted);
        case QueryAnswer::extent: return extent(wanted);
        case QueryAnswer::features: break;
    }
    return features(wanted, bytes_max);
}

}  // namespace rhumb::gis::rest
