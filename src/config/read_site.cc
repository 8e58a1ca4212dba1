#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "config/readers.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

void read_bindings(TableReader& reader, Site& site, SitePlaces& places) {
    const auto* items = reader.take_list("bindings", "texts");
    if (items == nullptr) {
        places.bindings.assign(site.bindings.size(), reader.place());
        return;
    }
    site.bindings.clear();
    for (const auto& item : *items) {
        if (item.kind != Node::Kind::text) {
            reader.report().error(item.place, "a binding must be text, in quotes, not {}",
                                  item.kind_name());
            continue;
        }
        auto binding = parse_binding(item.text);
        if (!binding) {
            reader.report().error(item.place, "{}", binding.error().message);
            continue;
        }
        site.bindings.push_back(*std::move(binding));
        places.bindings.push_back(item.place);
    }
    if (items->empty()) {
        reader.report().error(
            reader.place_of("bindings"),
            "bindings must not be empty: nobody could reach the site. Leave the key out for "
            "http://*:80 and https://*:443");
    }
}

void read_error_pages(TableReader& reader, Site& site) {
    std::map<std::string, std::string> pages;
    const auto check_status = [](std::string& text) -> std::string {
        const auto status = text::to_integer(text);
        const bool is_good = status && *status >= 400 && *status <= 599 && text.size() == 3;
        return is_good ? "" : "must be a status from 400 to 599";
    };
    reader.read("error_pages", pages, check_status, check_url_path);
    for (auto& [status, path] : pages) site.error_pages.emplace(std::stoi(status), std::move(path));
}

/// Reads the locations, sorted by path, and reports paths that stand there twice.
void read_locations(TableReader& reader, Site& site, SitePlaces& places) {
    const auto* nodes = reader.take_tables("location", "site.location");
    if (nodes == nullptr) return;
    std::vector<std::pair<Location, Place>> locations;
    for (const auto& node : *nodes)
        locations.emplace_back(read_location(node, reader.report()), node.place);
    std::stable_sort(locations.begin(), locations.end(),
                     [](const auto& a, const auto& b) { return a.first.path < b.first.path; });
    for (auto& [location, place] : locations) {
        if (!site.locations.empty() && !location.path.empty() &&
            site.locations.back().path == location.path) {
            reader.report().error(place,
                                  "the site has two locations {}; the other one is in line {}",
                                  shown(location.path), places.locations.back().line);
        }
        site.locations.push_back(std::move(location));
        places.locations.push_back(place);
    }
}

}  // namespace

Site read_site(const Node& node, Report& report, SitePlaces& places) {
    Site site;
    TableReader reader{node, "[[site]]", report};
    reader.read("name", site.name, check_site_name);
    reader.read("host_names", site.host_names, check_host_name);
    read_bindings(reader, site, places);
    reader.read("certificate", site.certificate, check_filled_line);
    reader.read("strict_sni", site.strict_sni);
    reader.read("tls", site.tls, tls_words);
    reader.read("root", site.root, check_file_path);
    reader.read("index", site.index, check_file_name);
    reader.read("listing", site.listing);
    reader.read("require_https", site.require_https, require_https_words);
    reader.read("access_log", site.access_log, access_log_words);
    reader.read("access_log_file", site.access_log_file, check_line);
    reader.read("compress", site.compress);
    read_error_pages(reader, site);
    reader.read("mime", site.mime, check_extension, check_media_type);
    reader.read("headers", site.headers, check_header_name, check_header_value);
    read_locations(reader, site, places);
    refuse_allow(reader);
    if (const Node* application = reader.take("application")) {
        report.error(
            application->place,
            "applications behind a reverse proxy are not available in this version; remove "
            "[[site.application]]");
    }
    reader.done();
    places.name = reader.place_of("name");
    places.host_names = reader.place_of("host_names");
    places.require_https = reader.place_of("require_https");
    return site;
}

}  // namespace rhumb::config
