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
    std::vector<int> ogr_fields;  ///< by field index: OGR's field index; -1 for the object id
    std::string id_column;        ///< "" where the format has none
    std::string geometry_column;
    std::int64_t id_offset = 0;         ///< object id = FID + offset
    std::vector<std::string> warnings;  ///< what a publisher should know
};

/// What is known of a format's FIDs without looking at each.
enum class FidRule {
    any,        ///< whatever the file says: all are looked at
    from_zero,  ///< 0, 1, 2, …
    by_table,   ///< a primary key: left to check_ids() by the caller
};

/// `invalid` when the layer's ids cannot be told as object ids.
Result<OgrLayer> describe(OGRLayer& layer, FidRule rule);

/// Settles the offset for FIDs from `least` to `most`; `invalid` when they do not fit into object
/// ids.
Result<void> check_ids(OgrLayer& described, std::int64_t least, std::int64_t most);

/// Value `index` of `from`, as `type` wants it; `value` keeps its memory where it can.
void to_value(const OGRFeature& from, int index, FieldType type, Value& value);

}  // namespace rhumb::gis
