/// Reading capabilities: WMS, WFS, WMTS, WCS and their kin, by libxml2's SAX.

#include <algorithm>
#include <array>
#include <map>

#include <libxml/parser.h>

#include "base/handle.h"
#include "base/text.h"
#include "doctor/gis_document.h"

namespace rhumb::doctor {

namespace {

using Parser = Handle<xmlParserCtxt, xmlFreeParserCtxt>;
using Role = GisLink::Role;
using Attributes = std::map<std::string_view, std::string>;

constexpr std::size_t depth_max = 200;

/// Root elements, and whose they are when their namespace does not say.
struct Root {
    std::string_view element;
    std::string_view service;
};
constexpr std::array roots{
    Root{"WMS_Capabilities", "WMS"}, Root{"WMT_MS_Capabilities", "WMS"},
    Root{"WFS_Capabilities", "WFS"}, Root{"WCS_Capabilities", "WCS"},
    Root{"Capabilities", ""},        Root{"TileMapService", "TMS"},
};

/// By a piece of the namespace: "http://www.opengis.net/wmts/1.0".
constexpr std::array<std::string_view, 6> services{"wmts", "wcs", "wps", "cat/csw", "sos", "wfs"};

std::string service_of(std::string_view element, std::string_view space) {
    for (const auto& root : roots)
        if (root.element == element && !root.service.empty()) return std::string{root.service};
    for (const auto piece : services)
        if (space.find(fmt::format("opengis.net/{}/", piece)) != std::string_view::npos) {
            std::string name{piece.substr(piece.rfind('/') + 1)};
            std::ranges::transform(name, name.begin(),
                                   [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
            return name;
        }
    return {};
}

std::string product_in(std::string_view text) {
    for (const auto* product : {"GeoServer", "MapServer", "QGIS", "deegree", "MapProxy",
                                "GeoWebCache", "ArcGIS", "MapCache"})
        if (text.find(product) != std::string_view::npos) return product;
    return {};
}

/// What is being read: the document so far, and the elements in which the parser stands.
class Reading {
public:
    explicit Reading(xmlParserCtxt* parser) : parser_{parser} {}

    void begin(std::string_view name, std::string_view space, const Attributes& attributes) {
        if (path_.empty()) begin_document(name, space, attributes);
        if (path_.size() >= depth_max || document.links.size() >= gis_links_max) {
            document.is_cut = true;
            xmlStopParser(parser_);
            return;
        }
        path_.emplace_back(name);
        if (name == "Operation") operation_ = find(attributes, "name");
        const auto link = find(attributes, "href");
        if (name == "OnlineResource") take_online_resource(link);
        if ((name == "Get" || name == "Post") && is_within("DCPType", "DCP"))
            take(Role::operation, operation(),
                 link.empty() ? find(attributes, "onlineResource") : link);
        if (name == "ResourceURL") take(Role::operation, "tiles", find(attributes, "template"));
        if (name == "ServiceMetadataURL") take(Role::operation, "GetCapabilities", link);
        if (name == "LegendURL") take(Role::legend, "legend", link);
        if (name == "TileMap") take(Role::operation, "tiles", link);
        is_about_ = (name == "Title" || name == "Name" || name == "Abstract") && path_.size() <= 3;
    }
    void end() {
        if (!path_.empty()) path_.pop_back();
        is_about_ = false;
    }
    void text(std::string_view bytes) {
        if (is_about_) name_product(bytes);
    }
    void name_product(std::string_view text) {
        if (document.product.empty()) document.product = product_in(text);
    }

    GisDocument document{};
    bool is_known = false;

private:
    static std::string find(const Attributes& attributes, std::string_view name) {
        const auto place = attributes.find(name);
        return place == attributes.end() ? "" : place->second;
    }

    void begin_document(std::string_view name, std::string_view space,
                        const Attributes& attributes) {
        const bool is_root = std::ranges::find(roots, name, &Root::element) != roots.end();
        const auto service = service_of(name, space);
        is_known = is_root && !service.empty();
        if (!is_known) {
            xmlStopParser(parser_);
            return;
        }
        const auto version = find(attributes, "version").substr(0, 20);
        document.name = version.empty() ? service : fmt::format("{} {}", service, version);
    }

    bool is_within(std::string_view a, std::string_view b) const {
        return std::ranges::any_of(path_,
                                   [&](const std::string& name) { return name == a || name == b; });
    }

    /// "GetMap": told by an attribute (OWS), or by the element around (WMS, WFS 1.0).
    std::string operation() const {
        if (is_within("OperationsMetadata", "OperationsMetadata")) return operation_;
        const auto place = std::ranges::find(path_, "Request");
        return place != path_.end() && place + 1 != path_.end() ? *(place + 1) : "";
    }

    void take_online_resource(const std::string& link) {
        if (is_within("DCPType", "DCP")) take(Role::operation, operation(), link);
        if (is_within("LegendURL", "LegendURL")) take(Role::legend, "legend", link);
    }

    void take(Role role, const std::string& what, const std::string& url) {
        if (text::istarts_with(url, "http:") || text::istarts_with(url, "https:"))
            document.links.push_back({role, what.substr(0, 100), url});
    }

    xmlParserCtxt* parser_;
    std::vector<std::string> path_;
    std::string operation_;
    bool is_about_ = false;  // text says what the service is called
};

std::string_view view(const xmlChar* text) {
    return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}
Reading& reading(void* self) { return *static_cast<Reading*>(self); }

void begin_element(void* self, const xmlChar* name, const xmlChar*, const xmlChar* space, int,
                   const xmlChar**, int count, int, const xmlChar** fields) {
    Attributes attributes;
    // Each: name, prefix, namespace, begin and end of the value.
    for (int i = 0; i < count; ++i, fields += 5)
        attributes.emplace(view(fields[0]), std::string{reinterpret_cast<const char*>(fields[3]),
                                                        reinterpret_cast<const char*>(fields[4])});
    reading(self).begin(view(name), view(space), attributes);
}
void end_element(void* self, const xmlChar*, const xmlChar*, const xmlChar*) {
    reading(self).end();
}
void take_text(void* self, const xmlChar* text, int length) {
    reading(self).text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)});
}
void take_comment(void* self, const xmlChar* text) { reading(self).name_product(view(text)); }

/// How much of it is read: no more than the bound, and no tag with thousands of attributes, for
/// libxml2 compares each with each. (Within a tag of XML there is no "<".)
std::size_t within_bounds(std::string_view xml) {
    constexpr int attributes_max = 2'000;
    xml = xml.substr(0, gis_bytes_max);
    int count = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i < xml.size(); ++i) {
        if (xml[i] == '<') {
            count = 0;
            start = i;
        }
        if (xml[i] == '=' && ++count > attributes_max) return start;
    }
    return xml.size();
}

/// Without its document type: WMS 1.1.1 has one, and nothing in it is of use. Nothing when there is
/// another one behind it.
std::optional<std::string> without_doctype(std::string_view xml) {
    constexpr std::string_view mark = "<!DOCTYPE";
    const auto begin = xml.find(mark);
    if (begin == std::string_view::npos) return std::string{xml};
    auto end = xml.find_first_of("[>", begin);
    if (end != std::string_view::npos && xml[end] == '[') end = xml.find('>', xml.find(']', end));
    if (end == std::string_view::npos || xml.find(mark, end) != std::string_view::npos) return {};
    return std::string{xml.substr(0, begin)} + std::string{xml.substr(end + 1)};
}

}  // namespace

std::optional<GisDocument> read_capabilities(std::string_view xml) {
    xmlInitParser();
    const auto text = without_doctype(xml.substr(0, within_bounds(xml)));
    if (!text) return {};
    const bool is_cut = within_bounds(xml) < xml.size();
    const Parser parser{xmlNewParserCtxt()};
    if (!parser) return {};
    // No handler for entities, either: what a document declares is not known, nothing is fetched.
    xmlSAXHandler handler{};
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = begin_element;
    handler.endElementNs = end_element;
    handler.characters = take_text;
    handler.comment = take_comment;
    *parser->sax = handler;
    Reading reading{parser.get()};
    parser->userData = &reading;
    // NOENT: without it "&amp;" in an attribute arrives as "&#38;".
    xmlCtxtReadMemory(parser.get(), text->data(), static_cast<int>(text->size()), nullptr, nullptr,
                      XML_PARSE_RECOVER | XML_PARSE_NOENT | XML_PARSE_NOERROR |
                          XML_PARSE_NOWARNING | XML_PARSE_NONET);
    if (!reading.is_known) return {};
    reading.document.is_cut = reading.document.is_cut || is_cut;
    return std::move(reading.document);
}

std::optional<GisDocument> read_gis_document(std::string_view body) {
    auto start = body;
    if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
    start = text::trim(start.substr(0, 1000));
    if (start.starts_with('<')) return read_capabilities(body);
    if (start.starts_with('{')) return read_gis_json(body);
    return {};
}

}  // namespace rhumb::doctor
