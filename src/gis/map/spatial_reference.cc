#include "gis/map/spatial_reference.h"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb::gis::map {
namespace {

using nlohmann::json;

constexpr std::size_t text_max = 16U << 10U;

/// A JSON object, or nothing when the text is none.
std::optional<json> parse_object(std::string_view text) {
    if (text.empty() || text.front() != '{' || text.size() > text_max) return std::nullopt;
    json parsed = json::parse(text, nullptr, false);
    if (!parsed.is_object()) return std::nullopt;
    return parsed;
}

std::optional<int> to_wkid(std::int64_t number) {
    if (number <= 0 || number > std::numeric_limits<int>::max()) return std::nullopt;
    return static_cast<int>(number);
}

std::optional<int> wkid_in(const json& object, const char* member) {
    const auto found = object.find(member);
    if (found == object.end()) return std::nullopt;
    if (found->is_number_integer()) return to_wkid(found->get<std::int64_t>());
    if (!found->is_string()) return std::nullopt;
    const auto number = text::to_integer(found->get_ref<const std::string&>());
    return number ? to_wkid(*number) : std::nullopt;
}

std::optional<Crs> crs_in(const json& object) {
    if (const auto wkid = wkid_in(object, "latestWkid")) return Crs::from_wkid(*wkid);
    if (const auto wkid = wkid_in(object, "wkid")) return Crs::from_wkid(*wkid);
    const auto wkt = object.find("wkt");
    if (wkt == object.end() || !wkt->is_string() || wkt->get_ref<const std::string&>().empty())
        return std::nullopt;
    return Crs{0, wkt->get<std::string>()};
}

std::optional<double> number_in(const json& object, const char* member) {
    const auto found = object.find(member);
    if (found == object.end()) return std::nullopt;
    if (found->is_number()) return found->get<double>();
    return found->is_string() ? text::to_number(text::trim(found->get_ref<const std::string&>()))
                              : std::nullopt;
}

/// The four numbers of a box, if there are four.
std::optional<std::array<double, 4>> corners_of(std::string_view text) {
    const auto parts = text::split(text, ',');
    std::array<double, 4> corners{};
    if (parts.size() != corners.size()) return std::nullopt;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const auto number = text::to_number(text::trim(parts[i]));
        if (!number) return std::nullopt;
        corners[i] = *number;
    }
    return corners;
}

std::optional<std::array<double, 4>> corners_in(const json& object) {
    std::array<double, 4> corners{};
    constexpr std::array names{"xmin", "ymin", "xmax", "ymax"};
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const auto number = number_in(object, names[i]);
        if (!number) return std::nullopt;
        corners[i] = *number;
    }
    return corners;
}

}  // namespace

Result<Crs> parse_spatial_reference(std::string_view written, std::string_view parameter) {
    std::string_view text = text::trim(written);
    if (const auto object = parse_object(text)) {
        if (const auto crs = crs_in(*object)) return *crs;
    } else {
        if (text::istarts_with(text, "EPSG:")) text.remove_prefix(5);
        if (const auto number = text::to_integer(text)) {
            if (const auto wkid = to_wkid(*number)) return Crs::from_wkid(*wkid);
        }
    }
    return fail(
        ErrorKind::invalid,
        "'{}' is no spatial reference: write a number such as 102100, or {{\"wkid\":102100}}",
        parameter);
}

std::string spatial_reference_json(const Crs& crs) {
    if (crs.epsg != 0)
        return fmt::format(R"({{"wkid":{},"latestWkid":{}}})", crs.wkid(), crs.latest_wkid());
    return json{{"wkt", crs.wkt}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<ReferencedBox> parse_box(std::string_view written, std::string_view parameter) {
    const std::string_view text = text::trim(written);
    std::optional<std::array<double, 4>> corners;
    std::optional<Crs> crs;
    if (const auto object = parse_object(text)) {
        corners = corners_in(*object);
        const auto reference = object->find("spatialReference");
        if (reference != object->end() && reference->is_object()) crs = crs_in(*reference);
    } else {
        corners = corners_of(text);
    }
    if (!corners) {
        return fail(ErrorKind::invalid, "'{}' is no box: write four numbers, xmin,ymin,xmax,ymax",
                    parameter);
    }
    const auto [xmin, ymin, xmax, ymax] = *corners;
    for (const double number : *corners) {
        if (!std::isfinite(number))
            return fail(ErrorKind::invalid, "'{}' holds a number that is not finite", parameter);
    }
    if (xmin > xmax || ymin > ymax) {
        return fail(ErrorKind::invalid,
                    "'{}' is inside out: xmin must not exceed xmax, nor ymin ymax", parameter);
    }
    return ReferencedBox{{xmin, ymin, xmax, ymax}, crs};
}

std::string box_json(const Envelope& box, const Crs& crs) {
    return fmt::format(R"({{"xmin":{},"ymin":{},"xmax":{},"ymax":{},"spatialReference":{}}})",
                       box.xmin, box.ymin, box.xmax, box.ymax, spatial_reference_json(crs));
}

}  // namespace rhumb::gis::map
