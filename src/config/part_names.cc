#include "config/part_names.h"

#include <fmt/format.h>

namespace rhumb::config {

std::string name_of(const Site& site) { return fmt::format("site «{}»", site.name); }

std::string name_of(const Site& site, const Location& location) {
    return fmt::format("location {} of {}", location.path, name_of(site));
}

std::string name_of(const GisFolder& folder) { return fmt::format("folder {}", folder.name); }

std::string name_of(const GisService& service) { return fmt::format("service {}", service.name); }

std::string name_of(const GisService& service, const GisLayer& layer) {
    return fmt::format("layer {} of {}", layer.id, name_of(service));
}

}  // namespace rhumb::config
