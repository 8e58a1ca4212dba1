// The parameters of `query` (gis/rest/query.h): text of clients becomes a LayerQuery, or an error
// that names the parameter.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "gis/map/spatial_reference.h"
#include "gis/rest/geometry_parameter.h"
#include "gis/rest/query.h"

namespace rhumb::gis::rest {

namespace {

constexpr std::size_t ids_max = 100'000;

/// Parameters that would change the answer and are not offered yet: better said than passed over.
Result<void> refuse_unknown_wishes(const Parameters& parameters) {
    static constexpr std::array<std::string_view, 6> lists{
        "outStatistics", "groupByFieldsForStatistics", "having",
        "havingClause",  "quantizationParameters",     "time"};
    for (const auto name : lists) {
        const auto value = text::trim(parameters.get(name));
        if (!value.empty() && value != "null" && value != "[]" && value != "{}") {
            return fail(ErrorKind::invalid, "'{}' is not offered by this layer; leave it out",
                        name);
        }
    }
    TRY(const bool is_distinct, parameters.get_bool("returnDistinctValues", false));
    if (is_distinct)
        return fail(ErrorKind::invalid,
                    "'returnDistinctValues' is not offered by this layer; leave it out");
    const auto distance = text::to_number(text::trim(parameters.get("distance")));
    if (distance && *distance != 0)
        return fail(ErrorKind::invalid, "'distance' is not offered by this layer; leave it out");
    return {};
}

Result<SpatialRelation> parse_relation(std::string_view value) {
    static constexpr std::array<std::pair<std::string_view, SpatialRelation>, 8> relations{
        {{"esriSpatialRelIntersects", SpatialRelation::intersects},
         {"esriSpatialRelEnvelopeIntersects", SpatialRelation::envelope_intersects},
         {"esriSpatialRelIndexIntersects", SpatialRelation::envelope_intersects},
         {"esriSpatialRelContains", SpatialRelation::contains},
         {"esriSpatialRelWithin", SpatialRelation::within},
         {"esriSpatialRelCrosses", SpatialRelation::crosses},
         {"esriSpatialRelOverlaps", SpatialRelation::overlaps},
         {"esriSpatialRelTouches", SpatialRelation::touches}}};
    const auto trimmed = text::trim(value);
    if (trimmed.empty()) return SpatialRelation::intersects;
    for (const auto& [name, relation] : relations) {
        if (text::iequals(trimmed, name)) return relation;
    }
    return fail(ErrorKind::invalid, "'spatialRel' is none of the relations that the layer lists");
}

Result<Crs> parse_crs(const Parameters& parameters, std::string_view name, const Crs& otherwise) {
    const auto value = text::trim(parameters.get(name));
    if (value.empty() || value == "null") return otherwise;
    return map::parse_spatial_reference(value, name);
}

Result<std::optional<SpatialFilter>> parse_spatial(const Parameters& parameters,
                                                   const LayerSchema& schema) {
    const auto value = text::trim(parameters.get("geometry"));
    if (value.empty() || value == "null") return std::optional<SpatialFilter>{};
    TRY(const auto read, parse_geometry(value, text::trim(parameters.get("geometryType"))));
    TRY(const auto in_crs, parse_crs(parameters, "inSR", schema.crs));
    SpatialFilter filter;
    TRY(filter.geometry, transformed(read, read.crs.value_or(in_crs), schema.crs));
    TRY(filter.relation, parse_relation(parameters.get("spatialRel")));
    return std::optional{std::move(filter)};
}

/// "1,2,3", also in brackets.
Result<std::optional<std::vector<std::int64_t>>> parse_ids(std::string_view value) {
    auto list = text::trim(value);
    if (list.starts_with('[') && list.ends_with(']')) list = list.substr(1, list.size() - 2);
    if (text::trim(list).empty()) return std::optional<std::vector<std::int64_t>>{};
    std::vector<std::int64_t> ids;
    for (const auto part : text::split(list, ',')) {
        const auto id = text::to_integer(text::trim(part));
        if (!id)
            return fail(ErrorKind::invalid, "'objectIds' holds «{}», which is no number",
                        part.substr(0, 40));
        if (ids.size() >= ids_max)
            return fail(ErrorKind::invalid, "'objectIds' names more than {}; ask in smaller pieces",
                        ids_max);
        ids.push_back(*id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return std::optional{std::move(ids)};
}

/// The object id first, always: clients lose track of features without it.
Result<std::vector<std::size_t>> parse_out_fields(std::string_view value,
                                                  const LayerSchema& schema) {
    std::vector<std::size_t> fields{schema.id_field};
    const auto add = [&](std::size_t field) {
        if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
    };
    const auto list = text::trim(value);
    if (list.empty()) add(schema.display_field);
    for (const auto part : text::split(list, ',')) {
        auto name = text::trim(part);
        if (name.empty()) continue;
        if (name == "*") {
            for (std::size_t i = 0; i < schema.fields.size(); ++i) add(i);
            continue;
        }
        if (name.size() > 2 && name.front() == '"' && name.back() == '"')
            name = name.substr(1, name.size() - 2);
        const auto field = schema.find_field(name);
        if (!field)
            return fail(ErrorKind::invalid,
                        "'outFields' names «{}», which is no field of layer «{}»",
                        name.substr(0, 80), schema.name);
        add(*field);
    }
    return fields;
}

/// "a DESC, b".
Result<std::vector<OrderBy>> parse_order(std::string_view value, const LayerSchema& schema) {
    std::vector<OrderBy> order;
    const auto list = text::trim(value);
    if (list.empty() || list == "null") return order;
    for (const auto part : text::split(list, ',')) {
        auto name = text::trim(part);
        OrderBy by;
        const auto ends_with = [&](std::string_view word) {
            return name.size() > word.size() &&
                   text::iequals(name.substr(name.size() - word.size()), word);
        };
        if (ends_with(" desc")) {
            by.is_descending = true;
            name = text::trim(name.substr(0, name.size() - 5));
        } else if (ends_with(" asc")) {
            name = text::trim(name.substr(0, name.size() - 4));
        }
        if (name.size() > 2 && name.front() == '"' && name.back() == '"')
            name = name.substr(1, name.size() - 2);
        const auto field = schema.find_field(name);
        if (!field)
            return fail(ErrorKind::invalid,
                        "'orderByFields' names «{}», which is no field of layer «{}»",
                        name.substr(0, 80), schema.name);
        if (order.size() >= 16)
            return fail(ErrorKind::invalid, "'orderByFields' names more than 16 fields");
        by.field = *field;
        order.push_back(by);
    }
    return order;
}

Result<QueryAnswer> parse_answer(const Parameters& parameters) {
    TRY(const bool ids, parameters.get_bool("returnIdsOnly", false));
    TRY(const bool extent, parameters.get_bool("returnExtentOnly", false));
    TRY(const bool count, parameters.get_bool("returnCountOnly", false));
    if (extent) return QueryAnswer::extent;  // with the count, which some clients ask for beside it
    if (count) return QueryAnswer::count;
    return ids ? QueryAnswer::ids : QueryAnswer::features;
}

/// maxAllowableOffset, from the units of the answer to those of the layer.
Result<double> parse_tolerance(const Parameters& parameters, const Crs& out, const Crs& layer) {
    const auto value = text::trim(parameters.get("maxAllowableOffset"));
    if (value.empty() || value == "null") return 0;
    const auto number = text::to_number(value);
    if (!number || !std::isfinite(*number) || *number < 0)
        return fail(ErrorKind::invalid, "'maxAllowableOffset' is not a number from 0 on");
    if (out == layer) return *number;
    TRY(const auto from, traits_of(out));
    TRY(const auto to, traits_of(layer));
    return *number * from.metres_per_unit / to.metres_per_unit;
}

Result<void> parse_page(const Parameters& parameters, LayerQuery& wanted) {
    TRY(const auto offset, parameters.get_count("resultOffset"));
    TRY(const auto count, parameters.get_count("resultRecordCount"));
    wanted.features_max = std::min<std::uint64_t>(count.value_or(wanted.service->records_max()),
                                                  wanted.service->records_max());
    if (wanted.answer == QueryAnswer::ids) {
        // All of them, whatever the service's limit: clients page by them.
        if (offset) wanted.query.offset = *offset;
        if (count) wanted.query.limit = *count;
    } else if (wanted.answer == QueryAnswer::features) {
        wanted.query.offset = offset.value_or(0);
        wanted.query.limit = wanted.features_max + 1;
    }
    return {};
}

}  // namespace

Result<LayerQuery> parse_query(std::shared_ptr<const Service> service, const map::MapLayer& layer,
                               const Call& call) {
    const auto& parameters = call.parameters;
    const auto& schema = layer.source->schema();
    LayerQuery wanted;
    wanted.service = std::move(service);
    wanted.layer = &layer;
    wanted.is_geojson = call.format == Format::geojson;
    TRY_DONE(refuse_unknown_wishes(parameters));
    TRY(wanted.answer, parse_answer(parameters));

    const auto where = text::trim(parameters.get("where"));
    if (!where.empty()) {
        TRY(wanted.query.where, Where::parse(where, schema));
        if (wanted.query.where->is_always_true()) wanted.query.where = nullptr;
    }
    TRY(wanted.query.ids, parse_ids(parameters.get("objectIds")));
    TRY(wanted.query.spatial, parse_spatial(parameters, schema));
    if (where.empty() && !wanted.query.ids && !wanted.query.spatial) {
        return fail(
            ErrorKind::invalid,
            "one of 'where', 'objectIds' and 'geometry' is needed; where=1=1 asks for everything");
    }

    TRY(wanted.query.fields, parse_out_fields(parameters.get("outFields"), schema));
    TRY(wanted.query.order, parse_order(parameters.get("orderByFields"), schema));
    TRY(const bool wants_geometry, parameters.get_bool("returnGeometry", true));
    wanted.query.wants_geometry = wants_geometry && schema.geometry_type != GeometryType::none;
    TRY(wanted.crs,
        parse_crs(parameters, "outSR",
                  wanted.is_geojson && schema.crs.is_known() ? Crs{Crs::wgs84, {}} : schema.crs));
    TRY(const auto decimals, parameters.get_count("geometryPrecision"));
    if (decimals) wanted.decimals = static_cast<int>(std::min<std::uint64_t>(*decimals, 15));
    if (wanted.query.wants_geometry || wanted.answer == QueryAnswer::extent) {
        TRY(wanted.query.simplify, parse_tolerance(parameters, wanted.crs, schema.crs));
    }
    TRY_DONE(parse_page(parameters, wanted));
    return wanted;
}

}  // namespace rhumb::gis::rest
