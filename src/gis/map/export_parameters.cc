// The parameters of `export` (gis/map/export.h): text of clients becomes an ExportRequest, or an
// error that says which parameter is at fault.

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "gis/map/export.h"
#include "gis/map/spatial_reference.h"

namespace rhumb::gis::map {
namespace {

constexpr int side_default = 400;
constexpr double dpi_default = 96;
constexpr double dpi_max = 1200;
constexpr double coordinate_max = 1e15;
constexpr std::size_t layer_defs_max = 128U << 10U;

struct Size {
    int width = side_default;
    int height = side_default;
};

/// "512,512"; some clients send fractions.
Result<Size> parse_size(const std::string& written, const MapDescription& map) {
    if (text::trim(written).empty()) return Size{};
    const auto parts = text::split(written, ',');
    const auto width = parts.size() == 2 ? text::to_number(text::trim(parts[0])) : std::nullopt;
    const auto height = parts.size() == 2 ? text::to_number(text::trim(parts[1])) : std::nullopt;
    if (!width || !height || !(std::round(*width) >= 1) || !(std::round(*height) >= 1)) {
        return fail(ErrorKind::invalid,
                    "'size' is no size: write width,height in pixels, such as 512,512");
    }
    if (std::round(*width) > map.width_max || std::round(*height) > map.height_max) {
        return fail(ErrorKind::invalid, "'size' exceeds what this map draws: at most {},{} pixels",
                    map.width_max, map.height_max);
    }
    return Size{static_cast<int>(std::lround(*width)), static_cast<int>(std::lround(*height))};
}

/// A number above 0 and not above `max`; `fallback` where none was given.
Result<double> parse_positive(const std::string& written, std::string_view parameter,
                              double fallback, double max) {
    const auto trimmed = text::trim(written);
    if (trimmed.empty()) return fallback;
    const auto number = text::to_number(trimmed);
    if (!number || !(*number > 0) || !(*number <= max)) {
        return fail(ErrorKind::invalid, "'{}' must be a number above 0 and at most {}", parameter,
                    max);
    }
    return *number;
}

Result<bool> parse_boolean(const std::string& written, std::string_view parameter) {
    const auto trimmed = text::trim(written);
    if (trimmed.empty() || text::iequals(trimmed, "false") || trimmed == "0") return false;
    if (text::iequals(trimmed, "true") || trimmed == "1") return true;
    return fail(ErrorKind::invalid, "'{}' must be true or false", parameter);
}

Result<ImageFormat> parse_format(const std::string& written) {
    const auto trimmed = text::trim(written);
    if (trimmed.empty()) return ImageFormat::png;
    if (const auto format = find_image_format(trimmed)) return *format;
    return fail(ErrorKind::invalid,
                "'format' is none of those this map is drawn in: png, png8, png24, png32, jpg");
}

Result<std::optional<Crs>> parse_optional_crs(const std::string& written,
                                              std::string_view parameter) {
    if (text::trim(written).empty()) return std::optional<Crs>{};
    TRY(auto crs, parse_spatial_reference(written, parameter));
    return std::optional<Crs>{std::move(crs)};
}

Result<void> refuse_rotation(const std::string& written) {
    const auto trimmed = text::trim(written);
    if (trimmed.empty() || text::to_number(trimmed) == 0.0) return {};
    return fail(ErrorKind::invalid, "'rotation' is not offered: leave it out, north is up");
}

/// The box of the request in the reference system of the picture.
Result<Envelope> project_box(const Envelope& box, const Crs& from, const Crs& to) {
    TRY(const auto transform, Transform::between(from, to));
    const Envelope projected = transform.apply(box);
    if (projected.is_empty())
        return fail(ErrorKind::invalid,
                    "'bbox' has no place in the spatial reference of 'imageSR'");
    return projected;
}

/// A view must be so large that neighbouring pixels have different coordinates, and so small that
/// it has any.
Result<void> check_resolution(const View& view) {
    const auto& box = view.extent;
    const double unit = view.units_per_pixel();
    constexpr Envelope everywhere{-coordinate_max, -coordinate_max, coordinate_max, coordinate_max};
    if (everywhere.contains(box) && unit > 0 && box.xmin + unit > box.xmin &&
        box.ymax - unit < box.ymax)
        return {};
    return fail(ErrorKind::invalid,
                "'bbox' cannot be drawn: its corners are too near to each other, or too far apart");
}

Result<View> parse_view(const MapDescription& map, const FindParameter& find) {
    TRY_DONE(refuse_rotation(find("rotation")));
    const std::string bbox = find("bbox");
    if (text::trim(bbox).empty())
        return fail(ErrorKind::invalid, "'bbox' is missing: write xmin,ymin,xmax,ymax");
    TRY(const auto referenced, parse_box(bbox, "bbox"));
    TRY(const auto bbox_crs, parse_optional_crs(find("bboxSR"), "bboxSR"));
    TRY(const auto image_crs, parse_optional_crs(find("imageSR"), "imageSR"));
    TRY(const auto size, parse_size(find("size"), map));
    TRY(const double dpi, parse_positive(find("dpi"), "dpi", dpi_default, dpi_max));
    TRY(const double scale, parse_positive(find("mapScale"), "mapScale", 0, 1e12));

    const Crs from = bbox_crs ? *bbox_crs : referenced.crs.value_or(map.crs);
    const Crs to = image_crs.value_or(map.crs);
    TRY(const Envelope box, project_box(referenced.box, from, to));
    View view = View::fit(box, to, size.width, size.height, dpi);
    if (scale > 0) {
        TRY(const auto traits, traits_of(to));
        view = view.at_scale(scale, traits);
    }
    TRY_DONE(check_resolution(view));
    return view;
}

Result<std::set<std::int64_t>> parse_ids(std::string_view written) {
    std::set<std::int64_t> ids;
    if (text::trim(written).empty()) return ids;
    for (const auto part : text::split(written, ',')) {
        const auto id = text::to_integer(text::trim(part));
        if (!id)
            return fail(ErrorKind::invalid, "'layers' holds «{}», which is no number of a layer",
                        part);
        ids.insert(*id);
    }
    return ids;
}

/// "show:0,1", "hide:…", "include:…", "exclude:…", or only numbers, which are shown. Numbers of
/// layers that do not exist say nothing: clients send show:-1 for an empty map.
Result<std::vector<std::size_t>> parse_layers(const std::string& written,
                                              const MapDescription& map) {
    std::string_view list = text::trim(written);
    std::string mode = list.empty() ? "include" : "show";
    if (const auto colon = list.find(':'); colon != std::string_view::npos) {
        mode = text::to_lower(text::trim(list.substr(0, colon)));
        list.remove_prefix(colon + 1);
    }
    TRY(const auto ids, parse_ids(list));
    std::vector<std::size_t> drawn;
    for (std::size_t i = 0; i < map.layers.size(); ++i) {
        const bool is_named = ids.contains(map.layers[i].id);
        const bool is_visible = map.layers[i].is_visible;
        bool is_drawn = false;
        if (mode == "show") {
            is_drawn = is_named;
        } else if (mode == "hide") {
            is_drawn = !is_named;
        } else if (mode == "include") {
            is_drawn = is_visible || is_named;
        } else if (mode == "exclude") {
            is_drawn = is_visible && !is_named;
        } else {
            return fail(ErrorKind::invalid,
                        "'layers' must begin with show:, hide:, include: or exclude:");
        }
        if (is_drawn) drawn.push_back(i);
    }
    return drawn;
}

using Definitions = std::vector<std::pair<std::int64_t, std::string>>;

/// {"0":"pop > 5","1":"…"}
std::optional<Definitions> definitions_in(std::string_view json_text) {
    const auto parsed = nlohmann::json::parse(json_text, nullptr, false);
    if (!parsed.is_object()) return std::nullopt;
    Definitions definitions;
    for (const auto& [key, value] : parsed.items()) {
        const auto id = text::to_integer(text::trim(key));
        if (!id || !(value.is_string() || value.is_null())) return std::nullopt;
        definitions.emplace_back(*id, value.is_null() ? std::string{} : value.get<std::string>());
    }
    return definitions;
}

/// 0:pop > 5;1:name = 'a;b' — a semicolon within quotes is part of the expression.
std::optional<Definitions> definitions_of(std::string_view list) {
    Definitions definitions;
    std::size_t from = 0;
    bool is_quoted = false;
    for (std::size_t i = 0; i <= list.size(); ++i) {
        if (i < list.size() && list[i] == '\'') is_quoted = !is_quoted;
        if (i < list.size() && (list[i] != ';' || is_quoted)) continue;
        const auto one = text::trim(list.substr(from, i - from));
        from = i + 1;
        if (one.empty()) continue;
        const auto colon = one.find(':');
        const auto id = text::to_integer(text::trim(one.substr(0, colon)));
        if (colon == std::string_view::npos || !id) return std::nullopt;
        definitions.emplace_back(*id, text::trim(one.substr(colon + 1)));
    }
    return definitions;
}

Result<std::map<std::size_t, std::shared_ptr<const Where>>> parse_layer_defs(
    const std::string& written, const MapDescription& map) {
    std::map<std::size_t, std::shared_ptr<const Where>> conditions;
    const auto trimmed = text::trim(written);
    if (trimmed.empty()) return conditions;
    std::optional<Definitions> definitions;
    if (trimmed.size() <= layer_defs_max) {
        definitions = trimmed.front() == '{' ? definitions_in(trimmed) : definitions_of(trimmed);
    }
    if (!definitions) {
        return fail(
            ErrorKind::invalid,
            R"('layerDefs' cannot be read: write {{"0":"expression"}} or 0:expression;1:expression)");
    }
    for (const auto& [id, expression] : *definitions) {
        const auto layer = std::find_if(
            map.layers.begin(), map.layers.end(),
            [wanted = id](const MapLayer& candidate) { return candidate.id == wanted; });
        if (layer == map.layers.end() || text::trim(expression).empty()) continue;
        auto where = Where::parse(expression, layer->source->schema());
        if (!where) {
            return tl::unexpected(
                std::move(where).error().within(fmt::format("'layerDefs' of layer {}", id)));
        }
        conditions[static_cast<std::size_t>(layer - map.layers.begin())] = *std::move(where);
    }
    return conditions;
}

}  // namespace

Result<ExportRequest> parse_export(const MapDescription& map, const FindParameter& find) {
    ExportRequest request;
    TRY(request.format, parse_format(find("format")));
    TRY(request.is_transparent, parse_boolean(find("transparent"), "transparent"));
    TRY(request.layers, parse_layers(find("layers"), map));
    TRY(request.where, parse_layer_defs(find("layerDefs"), map));
    TRY(request.view, parse_view(map, find));
    return request;
}

}  // namespace rhumb::gis::map
