#include "doctor/gis_products.h"

#include <array>

#include "base/text.h"

namespace rhumb::doctor {

namespace {

struct Product {
    std::string_view name;
    std::string_view in_document;  // what GisDocument::product says
    std::string_view in_path;      // lower case; "" none
    std::string_view remedy;
};

constexpr std::array products{
    Product{"GeoServer", "GeoServer", "/geoserver",
            "In GeoServer's administration set the Proxy Base URL (Settings, Global; or "
            "PROXY_BASE_URL in the environment) to the https address that clients use."},
    Product{"GeoWebCache", "GeoWebCache", "/geowebcache",
            "Let the proxy before GeoWebCache send X-Forwarded-Proto, X-Forwarded-Host and "
            "X-Forwarded-Port, or, within GeoServer, set its Proxy Base URL."},
    Product{"MapServer", "MapServer", "mapserv",
            "Set ows_onlineresource in the METADATA of the map file's WEB section to the https "
            "address that clients use."},
    Product{"MapCache", "MapCache", "/mapcache",
            "Set the metadata url in mapcache.xml to the https address that clients use."},
    Product{"QGIS Server", "QGIS", "qgis",
            "Set the service URL in the project's properties (QGIS Server), or "
            "QGIS_SERVER_SERVICE_URL in the server's environment, to the https address that "
            "clients use."},
    Product{"ArcGIS Server", "ArcGIS", "/rest/",
            "Set the system property WebContextURL of ArcGIS Server to the https address that "
            "clients use."},
    Product{"MapProxy", "MapProxy", "/mapproxy",
            "Let the proxy before MapProxy send the client's Host, and X-Forwarded-Proto: https."},
    Product{"deegree", "deegree", "/deegree",
            "Set the address of the service (DCP) in deegree's service metadata to the https "
            "address that clients use."},
};

}  // namespace

std::string product_of(const GisDocument& document) {
    for (const auto& product : products)
        if (!document.product.empty() && document.product == product.in_document)
            return std::string{product.name};
    if (document.kind == GisDocument::Kind::arcgis) return "ArcGIS Server";
    const auto path = text::to_lower(document.url.path);
    for (const auto& product : products)
        if (path.find(product.in_path) != std::string::npos) return std::string{product.name};
    return {};
}

std::string setting_of(std::string_view product) {
    for (const auto& one : products)
        if (one.name == product) return std::string{one.remedy};
    return "Tell the map server the https address by which clients reach it, or let the proxy before "
           "it send the client's Host, and X-Forwarded-Proto: https.";
}

}  // namespace rhumb::doctor
