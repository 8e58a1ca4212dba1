#pragma once
/// The readers of the document's parts. Each reports what is wrong and goes on.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/document.h"
#include "config/report.h"
#include "config/table_reader.h"
#include "config/tree.h"
#include "config/words.h"

namespace rhumb::config {

/// Where a part says its three rules; where it does not: its own place.
struct PolicyPlaces {
    Place require_https{};
    Place client_certificate{};
    Place allow{};
};

/// Where the parts of a site stand, in step with the site: for faults that only show when all is
/// read.
struct SitePlaces {
    Place name;
    Place host_names;
    PolicyPlaces policy;
    Place hsts;
    std::vector<Place> bindings;
    std::vector<Place> locations;
    std::vector<PolicyPlaces> location_policies;
};

/// Where the parts of the catalogue stand, in step with Gis.
struct GisPlaces {
    std::vector<Place> folders;
    std::vector<PolicyPlaces> folder_policies;
    std::vector<Place> services;
    std::vector<PolicyPlaces> service_policies;
    std::vector<std::vector<Place>> layers;  ///< of each service
};

Server read_server(const Node& node, Report& report);
Site read_site(const Node& node, Report& report, SitePlaces& places);
/// A location; its site sorts them and compares them.
Location read_location(const Node& node, Report& report, PolicyPlaces& policy);
Gis read_gis(const Node& node, Report& report, GisPlaces& places);
/// The three keys that sites, locations, folders and services share.
template <class Part>
PolicyPlaces read_policy(TableReader& reader, Part& part) {
    reader.read("require_https", part.require_https, require_https_words);
    reader.read("client_certificate", part.client_certificate, client_certificate_words);
    reader.read("allow", part.allow);
    return {reader.place_of("require_https"), reader.place_of("client_certificate"),
            reader.place_of("allow")};
}
Security read_security(const Node& node, Report& report);
/// One of [[security.provider]].
Provider read_provider(const Node& node, Report& report);
/// The keys of each kind (read_provider_*.cc). `settings` has its defaults already.
void read_kind(TableReader& reader, SqlProvider& settings);
void read_kind(TableReader& reader, LdapProvider& settings);
void read_kind(TableReader& reader, OpenIdProvider& settings);
void read_kind(TableReader& reader, HttpProvider& settings);
void read_kind(TableReader& reader, ProgramProvider& settings);

/// Rules that cannot be kept to; called by check_consistency().
void check_policy(const Document& document, const std::vector<SitePlaces>& sites,
                  const GisPlaces& gis, Report& report);

/// Faults between parts: names that are given twice, bindings that contradict each other, a handler
/// at a wrong path.
void check_consistency(const Document& document, const std::vector<SitePlaces>& sites,
                       const GisPlaces& gis, Report& report);

}  // namespace rhumb::config
