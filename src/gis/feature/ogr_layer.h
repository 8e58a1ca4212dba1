#pragma once
/// A layer of OGR in our words: its schema, and its features as ours. Private to gis/feature.

#include <string>
#include <vector>

#include "gis/feature/feature.h"

class OGRFeature;
class OGRFeatureDefn;
class OGRLayer;

namespace rhumb::gis {

/// What was read once from a layer.
struct OgrLayer {
    LayerSchema schema;
    std::vector<int> ogr_fields;          ///< by field index: OGR's field index; -1 for the object id
    std::string id_column;                ///< "" where the format has none
    std::string geometry_column;
    std::int64_t id_offset = 0;           ///< object id = FID + offset
    std::vector<std::string> warnings;    ///< what a publisher should know
};

/// `invalid` when the layer's ids cannot be told as object ids.
Result<OgrLayer> describe(OGRLayer& layer);

/// Value `index` of `from`, as `type` wants it; `value` keeps its memory where it can.
void to_value(const OGRFeature& from, int index, FieldType type, Value& value);

}  // namespace rhumb::gis
