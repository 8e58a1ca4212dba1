#include "gis/feature/feature.h"

#include "base/text.h"

namespace rhumb::gis {

std::optional<std::size_t> LayerSchema::find_field(std::string_view wanted) const {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (text::iequals(fields[i].name, wanted)) return i;
    }
    return std::nullopt;
}

}  // namespace rhumb::gis
