/// Any bytes as the parameters of an export, one a line: "bbox=0,0,1,1". parse_export() may refuse
/// them, but never crash, hang or leak; and what it takes can be drawn.

#include "base/text.h"
#include "gis/feature/memory_source.h"
#include "gis/map/export.h"

namespace {

using namespace rhumb;
using namespace rhumb::gis;

map::MapDescription small_map() {
    LayerSchema schema;
    schema.name = "fuzz";
    schema.geometry_type = GeometryType::polyline;
    schema.crs.epsg = Crs::wgs84;
    schema.fields = {{"OBJECTID", FieldType::oid, "", 0, false}};
    Feature line{1, {Value{std::int64_t{1}}}, {}};
    line.geometry.type = GeometryType::polyline;
    line.geometry.begin_part();
    for (const double x : {-200.0, -180.0, 0.0, 1e-9, 180.0, 1e9}) line.geometry.add(x, x / 2);
    map::MapDescription map;
    map.crs.epsg = Crs::wgs84;
    map.width_max = 64;
    map.height_max = 64;
    map.layers.push_back(
        {0, std::make_shared<MemorySource>(schema, std::vector<Feature>{line}), {}, true, 0, 0});
    return map;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static const map::MapDescription map = small_map();
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto lines = text::split(input, '\n');
    const map::FindParameter find = [&lines](std::string_view name) -> std::string {
        for (const auto line : lines) {
            const auto equals = line.find('=');
            if (equals != std::string_view::npos && text::iequals(line.substr(0, equals), name)) {
                return std::string{line.substr(equals + 1)};
            }
        }
        return {};
    };
    const auto request = map::parse_export(map, find);
    if (!request) return 0;
    const auto drawn =
        map::draw_export(map, *request, std::chrono::steady_clock::time_point::max());
    if (drawn) (void)map::export_json(*drawn, "https://h/x.png");
    return 0;
}
