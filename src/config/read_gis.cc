#include <algorithm>

#include "config/readers.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

GisFolder read_folder(const Node& node, Report& report, PolicyPlaces& policy) {
    GisFolder folder;
    TableReader reader{node, "[[gis.folder]]", report};
    reader.read("name", folder.name, check_folder_name);
    reader.require("name", "name = \"Hydrography\"");
    policy = read_policy(reader, folder);
    reader.done();
    return folder;
}

/// Nothing without a number.
std::optional<GisLayer> read_layer(const Node& node, Report& report) {
    constexpr std::uint32_t id_max = 1'000'000;
    GisLayer layer;
    TableReader reader{node, "[[gis.service.layer]]", report};
    const bool has_id = reader.read("id", layer.id, std::uint32_t{0}, id_max);
    reader.require("id", "id = 0");
    reader.read("allow", layer.allow);
    reader.require("allow", "allow = [\"role:hydrologists\"]");
    reader.done();
    if (!has_id) return {};
    return layer;
}

/// Reads the layers, sorted by number, and reports those that stand there twice.
void read_layers(TableReader& reader, GisService& service, std::vector<Place>& places) {
    const auto* const nodes = reader.take_tables("layer", "gis.service.layer");
    if (nodes == nullptr) return;
    std::vector<std::pair<GisLayer, Place>> layers;
    for (const auto& node : *nodes)
        if (auto layer = read_layer(node, reader.report()))
            layers.emplace_back(*std::move(layer), node.place);
    std::ranges::stable_sort(layers, {}, [](const auto& one) { return one.first.id; });
    for (auto& [layer, place] : layers) {
        if (!service.layers.empty() && service.layers.back().id == layer.id)
            reader.report().error(place, "the service has rules for layer {} already, in line {}",
                                  layer.id, places.back().line);
        service.layers.push_back(std::move(layer));
        places.push_back(place);
    }
}

GisService read_service(const Node& node, Report& report, PolicyPlaces& policy,
                        std::vector<Place>& places) {
    GisService service;
    TableReader reader{node, "[[gis.service]]", report};
    reader.read("name", service.name, check_service_name);
    reader.require("name", "name = \"Hydrography/Rivers\"");
    reader.read("source", service.source, check_file_path);
    reader.require("source", "source = \"rivers.gpkg\"");
    reader.read("title", service.title, check_line);
    reader.read("description", service.description, check_prose);
    reader.read("attribution", service.attribution, check_prose);
    reader.read("started", service.started);
    policy = read_policy(reader, service);
    read_layers(reader, service, places);
    reader.done();
    return service;
}

}  // namespace

Gis read_gis(const Node& node, Report& report, GisPlaces& places) {
    Gis gis;
    TableReader reader{node, "[gis]", report};
    reader.read("instance", gis.instance, check_instance);
    reader.read("max_records", gis.max_records, std::uint32_t{1}, std::uint32_t{1'000'000});
    if (const auto* folders = reader.take_tables("folder", "gis.folder")) {
        for (const auto& folder : *folders) {
            gis.folders.push_back(
                read_folder(folder, report, places.folder_policies.emplace_back()));
            places.folders.push_back(folder.place);
        }
    }
    if (const auto* services = reader.take_tables("service", "gis.service")) {
        for (const auto& service : *services) {
            gis.services.push_back(read_service(service, report,
                                                places.service_policies.emplace_back(),
                                                places.layers.emplace_back()));
            places.services.push_back(service.place);
        }
    }
    reader.done();
    return gis;
}

}  // namespace rhumb::config
