#include "files/media_type.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rhumb::files {

namespace {

enum class Packed : bool { no, yes };

struct Row {
    std::string_view ending;
    std::string_view type;
    Packed packed;
};

constexpr auto no = Packed::no;
constexpr auto yes = Packed::yes;

/// Ordered by ending. Where a type is registered, the registered one (IANA); else what clients of
/// the format expect.
constexpr std::array table{
    Row{"3gp", "video/3gpp", yes},
    Row{"7z", "application/x-7z-compressed", yes},
    Row{"aac", "audio/aac", yes},
    Row{"apng", "image/apng", yes},
    Row{"atom", "application/atom+xml", no},
    Row{"avif", "image/avif", yes},
    Row{"bin", "application/octet-stream", yes},
    Row{"bmp", "image/bmp", no},
    Row{"br", "application/octet-stream", yes},
    Row{"bz2", "application/x-bzip2", yes},
    Row{"cer", "application/pkix-cert", yes},
    Row{"copc", "application/vnd.laszip+copc", yes},
    Row{"cpg", "text/plain", no},
    Row{"crl", "application/pkix-crl", yes},
    Row{"crt", "application/x-x509-ca-cert", yes},
    Row{"css", "text/css", no},
    Row{"csv", "text/csv", no},
    Row{"czml", "application/json", no},
    Row{"dbf", "application/x-dbf", no},
    Row{"doc", "application/msword", no},
    Row{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", yes},
    Row{"dxf", "image/vnd.dxf", no},
    Row{"eot", "application/vnd.ms-fontobject", no},
    Row{"epub", "application/epub+zip", yes},
    Row{"fgb", "application/flatgeobuf", no},
    Row{"flac", "audio/flac", yes},
    Row{"geojson", "application/geo+json", no},
    Row{"geojsonl", "application/geo+json-seq", no},
    Row{"geojsons", "application/geo+json-seq", no},
    Row{"gif", "image/gif", yes},
    Row{"glb", "model/gltf-binary", no},
    Row{"gltf", "model/gltf+json", no},
    Row{"gml", "application/gml+xml", no},
    Row{"gpkg", "application/geopackage+sqlite3", yes},
    Row{"gpx", "application/gpx+xml", no},
    Row{"gz", "application/gzip", yes},
    Row{"heic", "image/heic", yes},
    Row{"htm", "text/html", no},
    Row{"html", "text/html", no},
    Row{"ico", "image/vnd.microsoft.icon", no},
    Row{"ics", "text/calendar", no},
    Row{"jp2", "image/jp2", yes},
    Row{"jpeg", "image/jpeg", yes},
    Row{"jpg", "image/jpeg", yes},
    Row{"js", "text/javascript", no},
    Row{"json", "application/json", no},
    Row{"jsonld", "application/ld+json", no},
    Row{"jxl", "image/jxl", yes},
    Row{"kml", "application/vnd.google-earth.kml+xml", no},
    Row{"kmz", "application/vnd.google-earth.kmz", yes},
    Row{"las", "application/vnd.las", no},
    Row{"laz", "application/vnd.laszip", yes},
    Row{"log", "text/plain", no},
    Row{"lyrx", "application/json", no},
    Row{"m4a", "audio/mp4", yes},
    Row{"map", "application/json", no},
    Row{"mbtiles", "application/vnd.mapbox-vector-tile-sqlite3", yes},
    Row{"md", "text/markdown", no},
    Row{"mjs", "text/javascript", no},
    Row{"mobileconfig", "application/x-apple-aspen-config", no},
    Row{"mov", "video/quicktime", yes},
    Row{"mp3", "audio/mpeg", yes},
    Row{"mp4", "video/mp4", yes},
    Row{"mpeg", "video/mpeg", yes},
    Row{"mvt", "application/vnd.mapbox-vector-tile", no},
    Row{"nc", "application/x-netcdf", yes},
    Row{"odp", "application/vnd.oasis.opendocument.presentation", yes},
    Row{"ods", "application/vnd.oasis.opendocument.spreadsheet", yes},
    Row{"odt", "application/vnd.oasis.opendocument.text", yes},
    Row{"oga", "audio/ogg", yes},
    Row{"ogg", "audio/ogg", yes},
    Row{"ogv", "video/ogg", yes},
    Row{"opus", "audio/ogg", yes},
    Row{"otf", "font/otf", no},
    Row{"p12", "application/x-pkcs12", yes},
    Row{"p7b", "application/x-pkcs7-certificates", yes},
    Row{"p7c", "application/pkcs7-mime", yes},
    Row{"parquet", "application/vnd.apache.parquet", yes},
    Row{"pbf", "application/x-protobuf", no},
    Row{"pdf", "application/pdf", yes},
    Row{"pem", "application/x-pem-file", no},
    Row{"pfx", "application/x-pkcs12", yes},
    Row{"pmtiles", "application/vnd.pmtiles", yes},
    Row{"png", "image/png", yes},
    Row{"ppt", "application/vnd.ms-powerpoint", no},
    Row{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", yes},
    Row{"prj", "text/plain", no},
    Row{"qgs", "application/x-qgis", no},
    Row{"qgz", "application/x-qgis", yes},
    Row{"qlr", "application/xml", no},
    Row{"rar", "application/vnd.rar", yes},
    Row{"rss", "application/rss+xml", no},
    Row{"rtf", "application/rtf", no},
    Row{"shp", "application/vnd.shp", no},
    Row{"shx", "application/vnd.shx", no},
    Row{"sld", "application/vnd.ogc.sld+xml", no},
    Row{"sqlite", "application/vnd.sqlite3", yes},
    Row{"svg", "image/svg+xml", no},
    Row{"svgz", "image/svg+xml", yes},
    Row{"tar", "application/x-tar", no},
    Row{"tgz", "application/gzip", yes},
    Row{"tif", "image/tiff", yes},
    Row{"tiff", "image/tiff", yes},
    Row{"topojson", "application/json", no},
    Row{"tsv", "text/tab-separated-values", no},
    Row{"ttf", "font/ttf", no},
    Row{"txt", "text/plain", no},
    Row{"vtt", "text/vtt", no},
    Row{"wasm", "application/wasm", no},
    Row{"wav", "audio/wav", no},
    Row{"weba", "audio/webm", yes},
    Row{"webm", "video/webm", yes},
    Row{"webmanifest", "application/manifest+json", no},
    Row{"webp", "image/webp", yes},
    Row{"wkt", "text/plain", no},
    Row{"woff", "font/woff", yes},
    Row{"woff2", "font/woff2", yes},
    Row{"xhtml", "application/xhtml+xml", no},
    Row{"xls", "application/vnd.ms-excel", no},
    Row{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", yes},
    Row{"xml", "application/xml", no},
    Row{"xsd", "application/xml", no},
    Row{"xsl", "application/xslt+xml", no},
    Row{"xz", "application/x-xz", yes},
    Row{"yaml", "application/yaml", no},
    Row{"yml", "application/yaml", no},
    Row{"zip", "application/zip", yes},
    Row{"zst", "application/zstd", yes},
};
static_assert(std::ranges::is_sorted(table, {}, &Row::ending));

std::string_view ending_of(std::string_view file_name) {
    const auto name = file_name.substr(file_name.rfind('/') + 1);  // npos + 1 is 0
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
}

/// For a type that the configuration names: text, and formats that are text within.
bool looks_compressible(std::string_view type) {
    const auto essence = text::trim(type.substr(0, type.find(';')));
    return text::istarts_with(essence, "text/") || essence.ends_with("+json") ||
           essence.ends_with("+xml") || essence.ends_with("/json") || essence.ends_with("/xml") ||
           essence.ends_with("/javascript");
}

std::string with_charset(std::string_view type) {
    std::string name{type};
    if (text::istarts_with(type, "text/") && type.find(';') == std::string_view::npos)
        name += "; charset=utf-8";
    return name;
}

}  // namespace

MediaType find_media_type(std::string_view file_name,
                          const std::map<std::string, std::string>& additions) {
    const auto ending = text::to_lower(ending_of(file_name));
    if (const auto added = additions.find(ending); added != additions.end())
        return {with_charset(added->second), looks_compressible(added->second)};
    const auto* const row =
        std::ranges::lower_bound(table, std::string_view{ending}, {}, &Row::ending);
    if (row == table.end() || row->ending != ending) return {};
    return {with_charset(row->type), row->packed == no};
}

}  // namespace rhumb::files
