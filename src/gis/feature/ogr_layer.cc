#include "gis/feature/ogr_layer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <ogrsf_frmts.h>

#include "base/text.h"
#include "gis/feature/gdal.h"
#include "gis/feature/moment.h"
#include "gis/feature/ogr_geometry.h"

namespace rhumb::gis {

namespace {

constexpr std::int64_t id_max = INT32_MAX;

/// Nothing for types that a client cannot be shown, like bytes.
std::optional<FieldType> field_type_of(const OGRFieldDefn& field) {
    switch (field.GetType()) {
        case OFTInteger:
            return field.GetSubType() == OFSTBoolean || field.GetSubType() == OFSTInt16
                       ? FieldType::small_integer
                       : FieldType::integer;
        case OFTInteger64: return FieldType::big_integer;
        case OFTReal:
            return field.GetSubType() == OFSTFloat32 ? FieldType::single : FieldType::real;
        case OFTDate:
        case OFTDateTime: return FieldType::date;
        case OFTBinary: return std::nullopt;
        default: return FieldType::string;  // times and lists as their text
    }
}

/// A name for the object id that no field of the data has.
std::string free_id_name(const LayerSchema& schema) {
    std::string name = "OBJECTID";
    for (int i = 1; schema.find_field(name); ++i) name = "OBJECTID_" + std::to_string(i);
    return name;
}

void describe_fields(const OGRFeatureDefn& definition, OgrLayer& described) {
    for (int i = 0; i < definition.GetFieldCount(); ++i) {
        const auto& field = *definition.GetFieldDefn(i);
        const auto type = field_type_of(field);
        if (!type) {
            described.warnings.push_back(
                fmt::format("field «{}» holds bytes and is left out", field.GetNameRef()));
            continue;
        }
        const std::string alias = field.GetAlternativeNameRef();
        described.schema.fields.push_back(
            {field.GetNameRef(), *type, alias.empty() ? field.GetNameRef() : alias,
             *type == FieldType::string ? field.GetWidth() : 0, field.IsNullable() != 0});
        described.ogr_fields.push_back(i);
    }
    // The object id goes first; its name must not be one of theirs.
    const auto name = free_id_name(described.schema);
    described.schema.fields.insert(described.schema.fields.begin(),
                                   {name, FieldType::oid, name, 0, false});
    described.ogr_fields.insert(described.ogr_fields.begin(), -1);
    described.schema.id_field = 0;
}

/// What a person would call a feature: a field called name or title, else the first text.
std::size_t display_field_of(const LayerSchema& schema) {
    static constexpr std::array<std::string_view, 6> usual{"name",    "title", "label",
                                                           "name_en", "city",  "admin"};
    for (const auto candidate : usual) {
        if (const auto found = schema.find_field(candidate)) return *found;
    }
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
        if (schema.fields[i].type == FieldType::string) return i;
    }
    return schema.id_field;
}

/// The kind that most of the first features are, for formats that do not say.
GeometryType observed_type(OGRLayer& layer, OgrLayer& described) {
    std::map<GeometryType, int> seen;
    layer.ResetReading();
    for (int i = 0; i < 1000; ++i) {
        const OGRFeatureUniquePtr feature{layer.GetNextFeature()};
        if (feature == nullptr) break;
        const OGRGeometry* geometry = feature->GetGeometryRef();
        if (geometry == nullptr || geometry->IsEmpty() != 0) continue;
        ++seen[geometry_type_of(geometry->getGeometryType())];
    }
    layer.ResetReading();
    GeometryType most = GeometryType::none;
    int count = 0;
    for (const auto& [type, number] : seen) {
        if (number > count) {
            most = type;
            count = number;
        }
    }
    // A point can be told as a multipoint, not the other way round.
    if (most == GeometryType::point && seen.contains(GeometryType::multipoint))
        most = GeometryType::multipoint;
    const std::size_t kinds =
        seen.size() -
        (most == GeometryType::multipoint && seen.contains(GeometryType::point) ? 1 : 0);
    if (kinds > 1) {
        described.warnings.push_back(fmt::format(
            "layer «{}» mixes kinds of geometry; only the most frequent one is shown. Split it "
            "into one layer for each kind",
            described.schema.name));
    }
    return most;
}

/// Smallest and largest FID, where the layer cannot promise anything.
Result<void> describe_ids(OGRLayer& layer, OgrLayer& described) {
    layer.ResetReading();
    std::int64_t least = INT64_MAX;
    std::int64_t most = INT64_MIN;
    std::vector<const char*> ignored{"OGR_GEOMETRY", "OGR_STYLE"};
    const auto& definition = *layer.GetLayerDefn();
    for (int i = 0; i < definition.GetFieldCount(); ++i)
        ignored.push_back(definition.GetFieldDefn(i)->GetNameRef());
    ignored.push_back(nullptr);
    layer.SetIgnoredFields(ignored.data());
    while (const OGRFeatureUniquePtr feature{layer.GetNextFeature()}) {
        least = std::min<std::int64_t>(least, feature->GetFID());
        most = std::max<std::int64_t>(most, feature->GetFID());
    }
    layer.SetIgnoredFields(static_cast<const char**>(nullptr));
    layer.ResetReading();
    if (least > most) return {};
    return check_ids(described, least, most);
}

}  // namespace

Result<void> check_ids(OgrLayer& described, std::int64_t least, std::int64_t most) {
    described.id_offset = least == 0 ? 1 : 0;
    if (least >= 0 && most <= id_max - described.id_offset) return {};
    return fail(
        ErrorKind::invalid,
        "layer «{}»: its feature ids run from {} to {}, and object ids must lie between 1 and {}; number the features "
        "anew, for example with ogr2ogr -unsetFid",
        described.schema.name, least, most, id_max);
}

Result<OgrLayer> describe(OGRLayer& layer, FidRule rule) {
    OgrLayer described;
    auto& schema = described.schema;
    schema.name = layer.GetName();
    described.id_column = layer.GetFIDColumn();
    described.geometry_column = layer.GetGeometryColumn();
    describe_fields(*layer.GetLayerDefn(), described);
    schema.display_field = display_field_of(schema);

    const auto declared = layer.GetGeomType();
    if (declared != wkbNone) {
        schema.geometry_type = geometry_type_of(declared);
        if (schema.geometry_type == GeometryType::none)
            schema.geometry_type = observed_type(layer, described);
        schema.crs = gdal::crs_of(layer.GetSpatialRef());
        if (!schema.crs.is_known() && schema.geometry_type != GeometryType::none) {
            described.warnings.push_back(fmt::format(
                "layer «{}» names no spatial reference; coordinates are shown as they are",
                schema.name));
        }
        OGREnvelope extent;
        if (layer.GetExtent(&extent, TRUE) == OGRERR_NONE) {
            schema.extent.expand(extent.MinX, extent.MinY);
            schema.extent.expand(extent.MaxX, extent.MaxY);
        }
    }
    schema.feature_count =
        static_cast<std::uint64_t>(std::max<GIntBig>(layer.GetFeatureCount(TRUE), 0));
    if (rule == FidRule::any) TRY_DONE(describe_ids(layer, described));
    if (rule == FidRule::from_zero) described.id_offset = 1;
    return described;
}

namespace {

Value real_of(const OGRFeature& from, int index) {
    const double number = from.GetFieldAsDouble(index);
    if (!std::isfinite(number)) return std::monostate{};
    return number;
}

Value instant_of(const OGRFeature& from, int index) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, zone = 0;
    float seconds = 0;
    const int known =
        from.GetFieldAsDateTime(index, &year, &month, &day, &hour, &minute, &seconds, &zone);
    if (known == 0 || month < 1 || month > 12 || day < 1 || day > 31) return std::monostate{};
    // Milliseconds are what a float of seconds can tell.
    auto instant = to_instant(year, month, day, hour, minute,
                              std::round(static_cast<double>(seconds) * 1000) / 1000);
    // 100 is UTC, each step beside it a quarter of an hour; 0 and 1 do not say.
    if (zone > 1) instant.milliseconds -= std::int64_t{zone - 100} * 15 * 60 * 1000;
    return instant;
}

std::string utf8_of_latin1(std::string_view latin1) {
    std::string utf8;
    for (const char c : latin1) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            utf8 += c;
        } else {
            utf8 += static_cast<char>(0xC0U | byte >> 6U);
            utf8 += static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return utf8;
}

/// Keeps the room that `value` has, where it is a text already.
void to_text(const char* text, Value& value) {
    auto* kept = std::get_if<std::string>(&value);
    if (kept == nullptr) kept = &value.emplace<std::string>();
    *kept = text;
    // A shapefile without a code page: Latin-1 shows more of it than nothing.
    if (!text::is_utf8(*kept)) *kept = utf8_of_latin1(*kept);
}

}  // namespace

void to_value(const OGRFeature& from, int index, FieldType type, Value& value) {
    if (from.IsFieldSetAndNotNull(index) == 0) {
        value = std::monostate{};
        return;
    }
    switch (type) {
        case FieldType::oid:
        case FieldType::small_integer:
        case FieldType::integer:
        case FieldType::big_integer: value = std::int64_t{from.GetFieldAsInteger64(index)}; return;
        case FieldType::single:
        case FieldType::real: value = real_of(from, index); return;
        case FieldType::date: value = instant_of(from, index); return;
        case FieldType::string:
        case FieldType::guid: to_text(from.GetFieldAsString(index), value); return;
    }
}

}  // namespace rhumb::gis
