#include "gis/map/drawing_info.h"

#include <string_view>

#include <fmt/format.h>

namespace rhumb::gis::map {
namespace {

std::string color_json(Color color) {
    return fmt::format("[{},{},{},{}]", color.red, color.green, color.blue, color.alpha);
}

std::string line_json(const Style& style) {
    const bool is_drawn = style.outline.is_visible() && style.outline_width > 0;
    return fmt::format(R"({{"type":"esriSLS","style":"{}","color":{},"width":{}}})",
                       is_drawn ? "esriSLSSolid" : "esriSLSNull", color_json(style.outline),
                       style.outline_width);
}

std::string area_json(const Style& style) {
    return fmt::format(R"({{"type":"esriSFS","style":"{}","color":{},"outline":{}}})",
                       style.fill.is_visible() ? "esriSFSSolid" : "esriSFSNull",
                       color_json(style.fill), line_json(style));
}

std::string_view marker_name(MarkerShape shape) {
    switch (shape) {
        case MarkerShape::circle: return "esriSMSCircle";
        case MarkerShape::square: return "esriSMSSquare";
        case MarkerShape::diamond: return "esriSMSDiamond";
        case MarkerShape::triangle: return "esriSMSTriangle";
        case MarkerShape::cross: return "esriSMSCross";
        case MarkerShape::x: return "esriSMSX";
    }
    return "esriSMSCircle";
}

std::string marker_json(const Style& style) {
    return fmt::format(
        R"({{"type":"esriSMS","style":"{}","color":{},"size":{},"angle":0,"xoffset":0,"yoffset":0,"outline":{}}})",
        marker_name(style.marker), color_json(style.fill), style.marker_size, line_json(style));
}

std::string symbol_json(const Style& style, GeometryType type) {
    if (type == GeometryType::polygon) return area_json(style);
    if (type == GeometryType::polyline) return line_json(style);
    return marker_json(style);
}

}  // namespace

std::string drawing_info_json(const Style& style, GeometryType type) {
    if (type == GeometryType::none) return "null";
    return fmt::format(
        R"({{"renderer":{{"type":"simple","symbol":{},"label":"","description":""}},"transparency":0,"labelingInfo":null}})",
        symbol_json(style, type));
}

}  // namespace rhumb::gis::map
