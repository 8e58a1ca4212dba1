#pragma once
/// Documents in which map services say where they are: capabilities of OGC services (XML), and what
/// ArcGIS servers, OGC APIs and TileJSON say (JSON). Read bounded, without entities and DTDs.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/url.h"

namespace rhumb::doctor {

/// A place that a document names.
struct GisLink {
    enum class Role {
        operation,  ///< clients ask it: an operation of a service, a pattern of tiles
        legend,     ///< a picture
        link,       ///< a link of an API
        token,      ///< where users send their passwords for a token
        service,    ///< another address of the same service or its portal
    };
    Role role = Role::operation;
    std::string what{};  ///< "GetMap", "self", "tokenServicesUrl"
    std::string url{};   ///< as the document says it; relative ones are left out

    bool operator==(const GisLink&) const = default;
};

struct GisDocument {
    enum class Kind { capabilities, arcgis, api, tiles };
    Kind kind = Kind::capabilities;
    std::string name{};  ///< "WMS 1.3.0", "ArcGIS", "OGC API", "TileJSON"
    std::string
        product{};     ///< what made it, as far as it says: "GeoServer", "MapServer"; "" unknown
    fetch::Url url{};  ///< where it was found
    std::vector<GisLink> links{};
    bool is_cut = false;  ///< not all of it was read

    bool operator==(const GisDocument&) const = default;
};

/// Bounds.
inline constexpr std::size_t gis_bytes_max = std::size_t{4} << 20U;
inline constexpr std::size_t gis_links_max = 5'000;

/// Nothing when `xml` is no capabilities document of a kind that is known.
std::optional<GisDocument> read_capabilities(std::string_view xml);

/// Nothing when `json` is none of those that are known.
std::optional<GisDocument> read_gis_json(std::string_view json);

/// Either, by what it looks like.
std::optional<GisDocument> read_gis_document(std::string_view body);

}  // namespace rhumb::doctor
