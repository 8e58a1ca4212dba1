#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "config/readers.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

std::optional<Binding> read_url(const Node& node, Report& report) {
    auto binding = parse_binding(node.text);
    if (binding) return *std::move(binding);
    report.error(node.place, "{}", binding.error().message);
    return {};
}

/// Certificates of a site or a binding; none at all would be no TLS.
void read_certificates(TableReader& reader, std::vector<std::string>& certificates) {
    if (reader.read_one_or_several("certificate", certificates, check_filled_line) &&
        certificates.empty()) {
        reader.report().error(reader.place_of("certificate"),
                              "certificate must name one: leave the key out for “auto”");
    }
}

/// "https://*:443", or { url = "https://*:443", certificate = …, public_port = … }.
std::optional<Binding> read_binding(const Node& node, Report& report) {
    if (node.kind == Node::Kind::text) return read_url(node, report);
    if (node.kind != Node::Kind::table) {
        report.error(
            node.place,
            "a binding must be text, in quotes, or a table, {{ url = \"https://*:443\", … }}, not {}",
            node.kind_name());
        return {};
    }
    TableReader reader{node, "a binding", report};
    reader.require("url", "{ url = \"https://*:443\" }");
    const Node* url = reader.take("url");
    std::optional<Binding> binding;
    if (url != nullptr && url->kind == Node::Kind::text) binding = read_url(*url, report);
    if (url != nullptr && url->kind != Node::Kind::text)
        report.error(url->place, "url must be text, in quotes, not {}", url->kind_name());
    Binding details;
    reader.read("public_port", details.public_port, std::uint16_t{1}, std::uint16_t{65535});
    read_certificates(reader, details.certificates);
    reader.done();
    if (!binding) return {};
    if (!binding->https && !details.certificates.empty()) {
        report.error(reader.place_of("certificate"), "{} is not https: it has no certificate",
                     shown(binding->to_text()));
    }
    binding->public_port = details.public_port;
    binding->certificates = std::move(details.certificates);
    return binding;
}

void read_bindings(TableReader& reader, Site& site, SitePlaces& places) {
    const auto* items = reader.take_list("bindings", "texts and tables");
    if (items == nullptr) {
        places.bindings.assign(site.bindings.size(), reader.place());
        return;
    }
    site.bindings.clear();
    for (const auto& item : *items) {
        auto binding = read_binding(item, reader.report());
        if (!binding) continue;
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
    struct Read {
        Location location;
        Place place;
        PolicyPlaces policy;
    };
    std::vector<Read> locations;
    for (const auto& node : *nodes) {
        auto& read = locations.emplace_back();
        read.location = read_location(node, reader.report(), read.policy);
        read.place = node.place;
    }
    std::stable_sort(locations.begin(), locations.end(), [](const auto& a, const auto& b) {
        return a.location.path < b.location.path;
    });
    for (auto& [location, place, policy] : locations) {
        if (!site.locations.empty() && !location.path.empty() &&
            site.locations.back().path == location.path) {
            reader.report().error(place,
                                  "the site has two locations {}; the other one is in line {}",
                                  shown(location.path), places.locations.back().line);
        }
        site.locations.push_back(std::move(location));
        places.locations.push_back(place);
        places.location_policies.push_back(policy);
    }
}

}  // namespace

Site read_site(const Node& node, Report& report, SitePlaces& places) {
    Site site;
    TableReader reader{node, "[[site]]", report};
    reader.read("name", site.name, check_site_name);
    reader.read("host_names", site.host_names, check_host_name);
    read_bindings(reader, site, places);
    read_certificates(reader, site.certificates);
    reader.read("strict_sni", site.strict_sni);
    reader.read("tls", site.tls, tls_words);
    reader.read("root", site.root, check_file_path);
    reader.read("index", site.index, check_file_name);
    reader.read("listing", site.listing);
    places.policy = read_policy(reader, site);
    reader.read("hsts", site.hsts, hsts_words);
    reader.read("access_log", site.access_log, access_log_words);
    reader.read("access_log_file", site.access_log_file, check_line);
    reader.read("compress", site.compress);
    read_error_pages(reader, site);
    reader.read("mime", site.mime, check_extension, check_media_type);
    reader.read("headers", site.headers, check_header_name, check_header_value);
    read_locations(reader, site, places);
    if (const Node* application = reader.take("application")) {
        report.error(
            application->place,
            "applications behind a reverse proxy are not available in this version; remove "
            "[[site.application]]");
    }
    reader.done();
    places.name = reader.place_of("name");
    places.host_names = reader.place_of("host_names");
    places.hsts = reader.place_of("hsts");
    return site;
}

}  // namespace rhumb::config
