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

std::vector<NamedList> lists_of(const Document& document) {
    std::vector<NamedList> lists;
    const auto add = [&](std::string part, const std::optional<AllowList>& list) {
        if (list) lists.push_back({std::move(part), &*list});
    };
    for (const auto& site : document.sites) {
        lists.push_back({name_of(site), &site.allow});
        for (const auto& location : site.locations) add(name_of(site, location), location.allow);
    }
    for (const auto& folder : document.gis.folders) add(name_of(folder), folder.allow);
    for (const auto& service : document.gis.services) {
        add(name_of(service), service.allow);
        for (const auto& layer : service.layers)
            lists.push_back({name_of(service, layer), &layer.allow});
    }
    return lists;
}

}  // namespace rhumb::config
