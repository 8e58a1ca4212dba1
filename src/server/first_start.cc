#include "server/first_start.h"

namespace rhumb::server {

namespace {

/// Copies a file or a directory, if it is there and nothing is in its place; true when it is there
/// afterwards.
bool copy_sample(const std::filesystem::path& from, const std::filesystem::path& to,
                 const observe::Log& log) {
    std::error_code failed;
    if (std::filesystem::exists(to, failed)) return true;
    if (!std::filesystem::exists(from, failed)) {
        log.warning("start", "the sample {} is missing; start goes on without it", from.string());
        return false;
    }
    // Aside first, so that a start that was cut short leaves no half of it.
    const auto aside = to.string() + ".part";
    std::filesystem::remove_all(aside, failed);
    std::filesystem::create_directories(to.parent_path(), failed);
    if (!failed)
        std::filesystem::copy(from, aside, std::filesystem::copy_options::recursive, failed);
    if (!failed) std::filesystem::rename(aside, to, failed);
    if (failed)
        log.warning("start", "copying the sample {} to {}: {}", from.string(), to.string(),
                    failed.message());
    return !failed;
}

config::GisService sample_service(std::string name, std::string source, std::string title,
                                  std::string description) {
    config::GisService service;
    service.name = std::move(name);
    service.source = std::move(source);
    service.title = std::move(title);
    service.description = std::move(description);
    service.attribution = "Made with Natural Earth";
    return service;
}

}  // namespace

config::Document first_configuration(const std::filesystem::path& data,
                                     const std::filesystem::path& share, std::uint16_t http_port,
                                     std::uint16_t https_port, const observe::Log& log) {
    auto document = config::Document::with_defaults(http_port, https_port);
    std::error_code failed;
    if (!copy_sample(share / "ui" / "site", data / "www", log))
        std::filesystem::create_directories(data / "www", failed);
    if (copy_sample(share / "data" / "countries.gpkg", data / "gis" / "countries.gpkg", log))
        document.gis.services.push_back(
            sample_service("Countries", "gis/countries.gpkg", "Countries of the world",
                           "Boundaries of countries at a scale of 1:50 million."));
    if (copy_sample(share / "data" / "rivers.gpkg", data / "gis" / "rivers.gpkg", log)) {
        document.gis.services.push_back(
            sample_service("Hydrography/Rivers", "gis/rivers.gpkg", "Rivers and lakes",
                           "Rivers and lakes of the world; this folder requires HTTPS."));
        document.gis.folders.push_back({"Hydrography", config::RequireHttps::refuse});
    }
    return document;
}

}  // namespace rhumb::server
