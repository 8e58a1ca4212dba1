/// Any text as a where: parse() may refuse it, but never crash, hang or leak; what it takes can be
/// evaluated and written as SQL.

#include <array>

#include "gis/feature/gpkg_sql.h"
#include "gis/feature/where.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb::gis;
    static const LayerSchema schema = [] {
        LayerSchema layer;
        layer.name = "fuzz";
        layer.fields = {{"OBJECTID", FieldType::oid, "", 0, false},
                        {"name", FieldType::string, "", 0, true},
                        {"pop", FieldType::integer, "", 0, true},
                        {"area", FieldType::real, "", 0, true},
                        {"since", FieldType::date, "", 0, true}};
        return layer;
    }();
    const auto where = Where::parse({reinterpret_cast<const char*>(data), size}, schema);
    if (!where) return 0;
    const std::array<Value, 5> full{std::int64_t{7}, std::string{"Åland"}, std::int64_t{1}, 2.5,
                                    Instant{0}};
    const std::array<Value, 5> nulls{std::int64_t{7}, {}, {}, {}, {}};
    (void)(*where)->matches([&](std::size_t field) -> const Value& { return full[field]; });
    (void)(*where)->matches([&](std::size_t field) -> const Value& { return nulls[field]; });
    const auto sql = sql_of(
        **where, [&](std::size_t field) { return quoted_name(schema.fields[field].name); }, schema);
    (void)sql;
    return 0;
}
