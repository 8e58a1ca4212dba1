/// What only shows when the whole document is read.

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "config/readers.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

/// Reports every name that stands at an earlier place too, without regard to ASCII case.
template <class Item>
void check_unique(const std::vector<Item>& items, const std::vector<Place>& places,
                  std::string_view noun, Report& report) {
    std::map<std::string, Place> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].name.empty()) continue;  // reported when it was read
        const auto [first, is_new] = seen.emplace(text::to_lower(items[i].name), places[i]);
        if (!is_new) {
            report.error(places[i], "two {}s are called {}; the other one is in line {}", noun,
                         shown(items[i].name), first->second.line);
        }
    }
}

/// Of all sites: which of them claims an address, with which scheme, and for which names.
class Bindings {
public:
    explicit Bindings(Report& report) : report_{report} {}

    void add(const Site& site, const SitePlaces& places) {
        for (std::size_t i = 0; i < site.bindings.size(); ++i)
            add(site, site.bindings[i], places.bindings[i], places);
    }

private:
    struct Claim {
        const Site* site;
        bool https;
        std::uint32_t line;
    };

    void add(const Site& site, const Binding& binding, Place place, const SitePlaces& places) {
        if (binding.port == 0) return;  // each gets a port of its own
        auto& claims = claims_[{binding.address, binding.port}];
        for (const auto& claim : claims) {
            if (claim.https != binding.https) {
                report_.error(place,
                              "{} is already used for {} in line {}: one port speaks one of them",
                              shown(binding.to_text()), claim.https ? "https" : "http", claim.line);
                return;
            }
            if (claim.site == &site) {
                report_.error(place, "the site has {} twice", shown(binding.to_text()));
                return;
            }
            check_host_names(*claim.site, site, binding, places);
        }
        claims.push_back({&site, binding.https, place.line});
    }

    void check_host_names(const Site& other, const Site& site, const Binding& binding,
                          const SitePlaces& places) {
        if (other.host_names.empty() && site.host_names.empty()) {
            report_.error(
                places.host_names,
                "the sites {} and {} both answer every name on {}: give one of them host_names",
                shown(other.name), shown(site.name), shown(binding.to_text()));
        }
        for (const auto& name : site.host_names) {
            if (std::find(other.host_names.begin(), other.host_names.end(), name) ==
                other.host_names.end())
                continue;
            report_.error(places.host_names, "the sites {} and {} both answer {} on {}",
                          shown(other.name), shown(site.name), shown(name),
                          shown(binding.to_text()));
        }
    }

    Report& report_;
    std::map<std::pair<std::string, std::uint16_t>, std::vector<Claim>> claims_;
};

void check_require_https(const Site& site, const SitePlaces& places, const std::string& public_url,
                         Report& report) {
    const bool has_https = std::any_of(site.bindings.begin(), site.bindings.end(),
                                       [](const auto& b) { return b.https; });
    const bool is_public_https = public_url.starts_with("https://");
    const bool is_required =
        site.require_https != RequireHttps::no ||
        std::any_of(site.locations.begin(), site.locations.end(), [](const auto& l) {
            return l.require_https.value_or(RequireHttps::no) != RequireHttps::no;
        });
    if (is_required && !has_https && !is_public_https) {
        report.warning(
            places.policy.require_https,
            "the site {} requires HTTPS but has no https binding: nobody can reach what requires it",
            shown(site.name));
    }
}

void check_handlers(const Document& document, const std::vector<SitePlaces>& places,
                    const GisPlaces& gis, Report& report) {
    const std::string path = "/" + document.gis.instance;
    bool has_catalogue = false;
    for (std::size_t i = 0; i < document.sites.size(); ++i) {
        const auto& locations = document.sites[i].locations;
        for (std::size_t j = 0; j < locations.size(); ++j) {
            if (locations[j].handler != HandlerKind::gis || locations[j].path.empty()) continue;
            has_catalogue = true;
            if (text::iequals(locations[j].path, path)) continue;
            report.error(
                places[i].locations[j],
                "the handler “gis” stands at “{}”, not at {}: its path is “/” and the instance of [gis]",
                path, shown(locations[j].path));
        }
    }
    if (!has_catalogue && !document.gis.services.empty()) {
        report.warning(
            gis.services.front(),
            R"(no site shows the services: add a [[site.location]] with path = "{}" and handler = "gis")",
            path);
    }
}

}  // namespace

void check_consistency(const Document& document, const std::vector<SitePlaces>& sites,
                       const GisPlaces& gis, Report& report) {
    std::vector<Place> names;
    names.reserve(sites.size());
    for (const auto& site : sites) names.push_back(site.name);
    check_unique(document.sites, names, "site", report);
    check_unique(document.gis.folders, gis.folders, "folder", report);
    check_unique(document.gis.services, gis.services, "service", report);
    Bindings bindings{report};
    for (std::size_t i = 0; i < sites.size(); ++i) {
        bindings.add(document.sites[i], sites[i]);
        check_require_https(document.sites[i], sites[i], document.server.public_url, report);
    }
    check_handlers(document, sites, gis, report);
    check_policy(document, sites, gis, report);
}

}  // namespace rhumb::config
