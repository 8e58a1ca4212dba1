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
                           "Rivers and lakes of the world; this folder is for who signs in."));
        // One that is open, one that is not: so both can be tried.
        config::GisFolder folder;
        folder.name = "Hydrography";
        folder.require_https = config::RequireHttps::refuse;
        folder.allow = {{config::Allowed::Kind::authenticated, {}}};
        document.gis.folders.push_back(std::move(folder));
    }
    return document;
}

namespace {

/// What came after the first version.
struct NewLocation {
    std::string_view path;
    config::HandlerKind handler;
    std::string_view setting;  ///< in the store once it was offered, whatever became of it
    std::string_view what;     ///< for people
};

constexpr NewLocation new_locations[] = {
    {"/trust", config::HandlerKind::trust, "added.trust", "for devices that do not trust it yet"},
    {"/api/v1", config::HandlerKind::api, "added.api", "for programs that administer"},
};

bool has_handler(const config::Document& document, config::HandlerKind handler) {
    return std::ranges::any_of(document.sites, [handler](const config::Site& site) {
        return std::ranges::find(site.locations, handler, &config::Location::handler) !=
               site.locations.end();
    });
}

/// True when the site answers at that path already, with a location or with a file of its own.
bool is_taken(const config::Site& site, std::string_view path,
              const std::filesystem::path& directory) {
    const bool is_covered = std::ranges::any_of(
        site.locations, [path](const auto& one) { return policy::covers(one.path, path, false); });
    std::error_code failed;
    const auto name = path.substr(1);
    return is_covered || std::filesystem::exists(directory / site.root / name, failed) ||
           std::filesystem::exists(directory / site.root / fmt::format("{}.html", name), failed);
}

/// Those that were never offered.
Result<std::vector<NewLocation>> not_offered(storage::Store& store) {
    return store.read([](const storage::View& view) -> Result<std::vector<NewLocation>> {
        std::vector<NewLocation> missing;
        for (const auto& one : new_locations) {
            TRY(const auto was_offered, view.find_setting(one.setting));
            if (!was_offered) missing.push_back(one);
        }
        return missing;
    });
}

}  // namespace

Result<void> add_new_locations(storage::Store& store, site::Home& home, Seconds now,
                               const observe::Log& log) {
    if (home.is_file()) return {};
    TRY(const auto offered, not_offered(store));
    if (offered.empty()) return {};
    TRY(const auto configuration, home.current());
    const auto& document = configuration.document;
    std::vector<NewLocation> wanted;
    for (const auto& one : offered)
        if (!document.sites.empty() && !has_handler(document, one.handler) &&
            !is_taken(document.sites.front(), one.path, home.directory()))
            wanted.push_back(one);
    if (!wanted.empty()) {
        std::string paths;
        for (const auto& one : wanted)
            paths += fmt::format("{}{}", paths.empty() ? "" : " and ", one.path);
        TRY_DONE(home.edit(
            [&wanted](config::Document& changed) -> Result<void> {
                auto& locations = changed.sites.front().locations;
                for (const auto& one : wanted) {
                    auto& location = locations.emplace_back();
                    location.path = one.path;
                    location.handler = one.handler;
                }
                std::ranges::sort(locations, {}, &config::Location::path);
                return {};
            },
            {"rhumb", "server", fmt::format("new in this version: {}", paths), now}));
    }
    for (const auto& one : wanted)
        log.info("start", "the site «{}» has a new location, {}: {}", document.sites.front().name,
                 one.path, one.what);
    return store.transact([&offered](storage::Transaction& transaction) -> Result<void> {
        for (const auto& one : offered) TRY_DONE(transaction.put_setting(one.setting, "yes"));
        return {};
    });
}

}  // namespace rhumb::server
