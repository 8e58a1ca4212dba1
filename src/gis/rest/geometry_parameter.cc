#include "gis/rest/geometry_parameter.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "gis/feature/source.h"
#include "gis/map/spatial_reference.h"

namespace rhumb::gis::rest {

namespace {

using nlohmann::json;

constexpr std::size_t text_max = 8U << 20U;
constexpr std::size_t numbers_max = 1'000'000;

tl::unexpected<Error> broken(std::string_view why) {
    return fail(ErrorKind::invalid, "'geometry' cannot be read: {}", why);
}

/// A pair [x,y,…] of finite numbers.
bool add_pair(const json& pair, Geometry& geometry) {
    if (!pair.is_array() || pair.size() < 2 || !pair[0].is_number() || !pair[1].is_number())
        return false;
    const double x = pair[0].get<double>();
    const double y = pair[1].get<double>();
    if (!std::isfinite(x) || !std::isfinite(y) || geometry.xy.size() >= numbers_max) return false;
    geometry.add(x, y);
    return true;
}

/// Closes a ring that was left open, drops a part that is too short, tells holes from outer rings.
/// The part begins at number `first`.
void end_part(Geometry& geometry, std::size_t first) {
    const bool is_polygon = geometry.type == GeometryType::polygon;
    const bool is_open = is_polygon && geometry.xy.size() > first + 2 &&
                         (geometry.xy[first] != geometry.xy[geometry.xy.size() - 2] ||
                          geometry.xy[first + 1] != geometry.xy.back());
    if (is_open) geometry.add(geometry.xy[first], geometry.xy[first + 1]);
    if (geometry.xy.size() - first < (is_polygon ? 8U : 4U)) {
        geometry.xy.resize(first);
        geometry.parts.pop_back();
    } else if (is_polygon) {
        // Esri's rule: outer rings run clockwise, and a counter-clockwise one is a hole of the ring
        // before it.
        geometry.parts.back().is_hole =
            geometry.parts.size() > 1 &&
            twice_signed_area(geometry.part(geometry.parts.size() - 1)) > 0;
    }
}

Result<Geometry> parts_of(const json& parts, GeometryType type) {
    Geometry geometry;
    geometry.type = type;
    if (!parts.is_array()) return broken("its rings or paths are no list");
    for (const auto& part : parts) {
        if (!part.is_array()) return broken("a ring or path is no list of points");
        const std::size_t first = geometry.xy.size();
        geometry.begin_part();
        for (const auto& pair : part) {
            if (!add_pair(pair, geometry)) return broken("a point is not [x,y]");
        }
        end_part(geometry, first);
    }
    if (geometry.is_empty()) return broken("it is empty");
    return geometry;
}

Result<Geometry> points_of(const json& points) {
    Geometry geometry;
    geometry.type = GeometryType::multipoint;
    if (!points.is_array()) return broken("its points are no list");
    for (const auto& pair : points) {
        if (!add_pair(pair, geometry)) return broken("a point is not [x,y]");
    }
    if (geometry.is_empty()) return broken("it is empty");
    return geometry;
}

std::optional<double> number(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return std::nullopt;
    if (found->is_number()) return found->get<double>();
    if (found->is_string()) return text::to_number(found->get<std::string>());
    return std::nullopt;
}

Result<Geometry> box_of(double xmin, double ymin, double xmax, double ymax) {
    const Envelope box{std::min(xmin, xmax), std::min(ymin, ymax), std::max(xmin, xmax),
                       std::max(ymin, ymax)};
    const bool is_finite =
        std::isfinite(xmin) && std::isfinite(ymin) && std::isfinite(xmax) && std::isfinite(ymax);
    if (!is_finite) return broken("an envelope needs four numbers: xmin,ymin,xmax,ymax");
    return SpatialFilter::box(box).geometry;
}

Result<Geometry> point_of(double x, double y) {
    if (!std::isfinite(x) || !std::isfinite(y)) return broken("a point needs two numbers: x,y");
    Geometry geometry;
    geometry.type = GeometryType::point;
    geometry.add(x, y);
    return geometry;
}

Result<ReferencedGeometry> parse_json(std::string_view text) {
    bool too_deep = false;
    const auto bounded = [&](int at, json::parse_event_t, json&) {
        too_deep = too_deep || at > 8;
        return !too_deep;
    };
    const auto object = json::parse(text, bounded, false);
    if (too_deep || !object.is_object()) return broken("it is not a JSON object of a geometry");

    ReferencedGeometry read;
    if (const auto reference = object.find("spatialReference");
        reference != object.end() && !reference->is_null()) {
        TRY(read.crs,
            map::parse_spatial_reference(
                reference->dump(-1, ' ', false, json::error_handler_t::replace), "geometry"));
    }
    const auto nan = std::nan("");
    if (object.contains("rings")) {
        TRY(read.geometry, parts_of(object["rings"], GeometryType::polygon));
    } else if (object.contains("paths")) {
        TRY(read.geometry, parts_of(object["paths"], GeometryType::polyline));
    } else if (object.contains("points")) {
        TRY(read.geometry, points_of(object["points"]));
    } else if (object.contains("xmin")) {
        read.is_envelope = true;
        TRY(read.geometry,
            box_of(number(object, "xmin").value_or(nan), number(object, "ymin").value_or(nan),
                   number(object, "xmax").value_or(nan), number(object, "ymax").value_or(nan)));
    } else {
        TRY(read.geometry,
            point_of(number(object, "x").value_or(nan), number(object, "y").value_or(nan)));
    }
    return read;
}

}  // namespace

Result<ReferencedGeometry> parse_geometry(std::string_view raw, std::string_view type) {
    const auto text = text::trim(raw);
    if (text.size() > text_max) return broken("it is too long");
    if (text.starts_with('{')) return parse_json(text);
    std::vector<double> numbers;
    for (const auto part : text::split(text, ',')) {
        const auto value = text::to_number(text::trim(part));
        if (!value || numbers.size() > 4) return broken("neither JSON nor numbers between commas");
        numbers.push_back(*value);
    }
    ReferencedGeometry read;
    if (numbers.size() == 2) {
        TRY(read.geometry, point_of(numbers[0], numbers[1]));
        return read;
    }
    if (numbers.size() != 4) return broken("write x,y or xmin,ymin,xmax,ymax");
    if (!type.empty() && !text::iequals(type, "esriGeometryEnvelope"))
        return broken("four numbers are an envelope, and 'geometryType' names another kind");
    read.is_envelope = true;
    TRY(read.geometry, box_of(numbers[0], numbers[1], numbers[2], numbers[3]));
    return read;
}

Result<Geometry> transformed(const ReferencedGeometry& read, const Crs& from, const Crs& to) {
    if (from == to) return read.geometry;
    TRY(const auto transform, Transform::between(from, to));
    if (read.is_envelope)
        return SpatialFilter::box(transform.apply(read.geometry.envelope())).geometry;
    Geometry geometry = read.geometry;
    transform.apply(geometry);
    return geometry;
}

}  // namespace rhumb::gis::rest
