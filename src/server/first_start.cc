#include "server/first_start.h"

#include <algorithm>

#include "policy/rules.h"

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

namespace {

constexpr std::string_view trust_path = "/trust";
/// In the store's settings once the page was offered, whatever became of it.
constexpr std::string_view trust_setting = "added.trust";

bool has_trust_page(const config::Document& document) {
    return std::ranges::any_of(document.sites, [](const config::Site& site) {
        return std::ranges::find(site.locations, config::HandlerKind::trust,
                                 &config::Location::handler) != site.locations.end();
    });
}

/// True when the site answers at that path already, with a location or with a file of its own.
bool is_taken(const config::Site& site, const std::filesystem::path& directory) {
    const bool is_covered = std::ranges::any_of(site.locations, [](const config::Location& one) {
        return policy::covers(one.path, trust_path, false);
    });
    std::error_code failed;
    const auto name = trust_path.substr(1);
    return is_covered || std::filesystem::exists(directory / site.root / name, failed) ||
           std::filesystem::exists(directory / site.root / fmt::format("{}.html", name), failed);
}

}  // namespace

Result<void> add_trust_page(storage::Store& store, site::Home& home, Seconds now,
                            const observe::Log& log) {
    if (home.is_file()) return {};
    TRY(const auto was_added,
        store.read([](const storage::View& view) { return view.find_setting(trust_setting); }));
    if (was_added) return {};
    TRY(const auto configuration, home.current());
    const auto& document = configuration.document;
    const bool is_wanted = !has_trust_page(document) && !document.sites.empty() &&
                           !is_taken(document.sites.front(), home.directory());
    if (is_wanted) {
        TRY_DONE(home.edit(
            [](config::Document& changed) -> Result<void> {
                auto& locations = changed.sites.front().locations;
                auto& location = locations.emplace_back();
                location.path = trust_path;
                location.handler = config::HandlerKind::trust;
                std::ranges::sort(locations, {}, &config::Location::path);
                return {};
            },
            {"rhumb", "server", "the page /trust, new in this version", now}));
        log.info("start", "the site «{}» has a new page, {}: for devices that do not trust it yet",
                 document.sites.front().name, trust_path);
    }
    return store.transact([](storage::Transaction& transaction) {
        return transaction.put_setting(trust_setting, "yes");
    });
}

}  // namespace rhumb::server
