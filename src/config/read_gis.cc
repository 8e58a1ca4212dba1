#include "config/readers.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

GisFolder read_folder(const Node& node, Report& report) {
    GisFolder folder;
    TableReader reader{node, "[[gis.folder]]", report};
    reader.read("name", folder.name, check_folder_name);
    reader.require("name", "name = \"Hydrography\"");
    reader.read("require_https", folder.require_https, require_https_words);
    refuse_allow(reader);
    reader.done();
    return folder;
}

GisService read_service(const Node& node, Report& report) {
    GisService service;
    TableReader reader{node, "[[gis.service]]", report};
    reader.read("name", service.name, check_service_name);
    reader.require("name", "name = \"Hydrography/Rivers\"");
    reader.read("source", service.source, check_file_path);
    reader.require("source", "source = \"rivers.gpkg\"");
    reader.read("title", service.title, check_line);
    reader.read("description", service.description, check_prose);
    reader.read("attribution", service.attribution, check_prose);
    reader.read("require_https", service.require_https, require_https_words);
    reader.read("started", service.started);
    refuse_allow(reader);
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
            gis.folders.push_back(read_folder(folder, report));
            places.folders.push_back(folder.place);
        }
    }
    if (const auto* services = reader.take_tables("service", "gis.service")) {
        for (const auto& service : *services) {
            gis.services.push_back(read_service(service, report));
            places.services.push_back(service.place);
        }
    }
    reader.done();
    return gis;
}

}  // namespace rhumb::config
