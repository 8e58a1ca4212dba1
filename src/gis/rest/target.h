#pragma once
/// What the path of a GeoServices URL names:
/// /<instance>/rest/services/<folder>/<service>/<type>/<more>.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::gis::rest {

enum class Place : std::uint8_t {
    outside,      ///< not under /<instance>/rest
    home,         ///< /<instance>/rest
    info,         ///< …/rest/info
    directory,    ///< …/rest/services and its folders
    service,      ///< a service, and everything below it
    output,       ///< …/rest/directories/arcgisoutput/<file>
    style_sheet,  ///< …/rest/directory.css
    nothing,      ///< under /<instance>/rest, but no such thing
};

enum class ServiceType : std::uint8_t { map, feature };

struct Target {
    Place place = Place::outside;
    std::string folder;   ///< as the client wrote it; "": the root
    std::string service;  ///< without the folder
    ServiceType type = ServiceType::map;
    std::vector<std::string> below;  ///< behind the type, or the file's name for `output`
    std::string up = "./";           ///< from this page to /<instance>/rest/, relative

    /// "Folder/Name", to be looked up in the catalogue.
    std::string name() const { return folder.empty() ? service : folder + "/" + service; }
};

/// `path` is decoded and clean (http::Request::path). Everything but names is compared without
/// case, and a slash at the end does not count. Whoever decides on access by folder or service has
/// to ask here, so that both read the same path.
Target parse_target(std::string_view path, std::string_view instance);

/// "MapServer", "FeatureServer".
std::string_view to_text(ServiceType type);

}  // namespace rhumb::gis::rest
