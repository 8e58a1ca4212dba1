#include "doctor/gis_look.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rhumb::doctor {

namespace {

/// The last steps of paths at which OGC services answer, and which service that is.
struct Endpoint {
    std::string_view name;
    std::string_view service;
};
constexpr std::array endpoints{
    Endpoint{"wms", "WMS"},          Endpoint{"wfs", "WFS"},
    Endpoint{"wmts", "WMTS"},        Endpoint{"wcs", "WCS"},
    Endpoint{"ows", "WMS"},          Endpoint{"mapserv", "WMS"},
    Endpoint{"mapserv.exe", "WMS"},  Endpoint{"mapserv.fcgi", "WMS"},
    Endpoint{"mapserver", "WMS"},    Endpoint{"wmsserver", "WMS"},
    Endpoint{"wfsserver", "WFS"},    Endpoint{"wcsserver", "WCS"},
    Endpoint{"qgis_mapserv", "WMS"}, Endpoint{"qgis_mapserv.fcgi", "WMS"},
};

/// The steps of a path at which OGC APIs begin.
constexpr std::array<std::string_view, 6> apis{"ogc",  "ogcapi", "oapif",
                                               "oapi", "stac",   "collections"};

std::string_view last_step(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return path.substr(path.rfind('/') + 1);
}

bool has_parameter(std::string_view query, std::string_view name) {
    return std::ranges::any_of(text::split(query, '&'), [&](std::string_view field) {
        return text::iequals(field.substr(0, field.find('=')), name);
    });
}

/// The value of a parameter as it stands; "" without one.
std::string parameter(std::string_view query, std::string_view name) {
    for (const auto field : text::split(query, '&'))
        if (const auto mark = field.find('=');
            mark != std::string_view::npos && text::iequals(field.substr(0, mark), name))
            return std::string{field.substr(mark + 1)};
    return {};
}

/// The query without what asks for another thing than capabilities.
std::string query_for_capabilities(std::string_view query, std::string_view service) {
    std::string kept;
    for (const auto field : text::split(query, '&')) {
        const auto name = text::to_lower(field.substr(0, field.find('=')));
        // What says which project or map file it is stays; what belongs to another request goes.
        const bool is_kept = name == "map" || name == "project" || name == "map_file";
        if (is_kept) kept += std::string{field} + "&";
    }
    return kept + fmt::format("SERVICE={}&REQUEST=GetCapabilities", service);
}

class Questions {
public:
    explicit Questions(const Web& web) : web_{web} {}

    std::vector<GisQuestion> run() && {
        const auto& last = web_.main.steps.back();
        consider(last.url);
        if (last.url != web_.target) consider(web_.target);
        if (const auto page = web_.main.page()) {
            fetch::Url base = last.url;
            if (const auto told = fetch::resolve_url(base, page->base); told && !page->base.empty())
                base = *told;
            for (const auto& link : page->links)
                if (const auto url = fetch::resolve_url(base, link)) consider(*url);
        }
        if (questions_.size() > gis_questions_max) questions_.resize(gis_questions_max);
        return std::move(questions_);
    }

private:
    void ask(fetch::Url url, bool wants_json = false) {
        GisQuestion question{std::move(url), wants_json};
        if (std::ranges::find(questions_, question) == questions_.end())
            questions_.push_back(std::move(question));
    }
    void ask(fetch::Url url, std::string path, std::string query) {
        url.path = std::move(path);
        url.query = std::move(query);
        ask(std::move(url));
    }

    void consider(const fetch::Url& url) {
        const auto& here = web_.main.steps.back().url;
        if (url.host != here.host || url.port != here.port || url.is_https != here.is_https) return;
        consider_arcgis(url);
        if (consider_geoserver(url)) return;
        consider_ogc(url);
        consider_api(url);
    }

    /// "/arcgis/rest/services/…": the server's own facts, and the directory.
    void consider_arcgis(const fetch::Url& url) {
        const auto path = text::to_lower(url.path);
        for (const std::string_view mark : {"/rest/services", "/rest/info"}) {
            const auto place = path.find(mark);
            if (place == std::string::npos) continue;
            const auto rest = url.path.substr(0, place) + "/rest/";
            ask(url, rest + "info", "f=json");
            ask(url, rest + "services", "f=json");
            return;
        }
    }

    /// "/geoserver/web/": its WMS and its WFS. True when it is a place of GeoServer's.
    bool consider_geoserver(const fetch::Url& url) {
        const auto path = text::to_lower(url.path);
        const auto place = path.find("/geoserver");
        if (place == std::string::npos) return false;
        const auto end = path.find('/', place + 1);
        // Its many links are one service.
        if (is_geoserver_asked_) return true;
        is_geoserver_asked_ = true;
        const auto root = url.path.substr(0, end);
        ask(url, root + "/ows", "SERVICE=WMS&REQUEST=GetCapabilities");
        ask(url, root + "/ows", "SERVICE=WFS&REQUEST=GetCapabilities");
        return true;
    }

    void consider_ogc(const fetch::Url& url) {
        auto service = parameter(url.query, "service");
        const auto last = text::to_lower(last_step(url.path));
        const auto* const endpoint = std::ranges::find(endpoints, last, &Endpoint::name);
        const bool is_endpoint = endpoint != endpoints.end();
        // ArcGIS says MapServer, too, and means a service of its own.
        if (last == "mapserver" && url.path.find("/rest/") != std::string::npos) return;
        if (service.empty() && is_endpoint) service = endpoint->service;
        const bool is_word = service.size() <= 8 && std::ranges::all_of(service, [](char c) {
                                 return text::to_lower(c) >= 'a' && text::to_lower(c) <= 'z';
                             });
        if (service.empty() || !is_word || (!is_endpoint && !has_parameter(url.query, "request")))
            return;
        ask(url, url.path, query_for_capabilities(url.query, service));
    }

    void consider_api(const fetch::Url& url) {
        const auto last = text::to_lower(last_step(url.path));
        if (std::ranges::find(apis, last) == apis.end()) return;
        auto landing = url;
        if (last == "collections") landing.path = url.path.substr(0, url.path.rfind("collections"));
        landing.query = {};
        if (landing.path.empty()) landing.path = "/";
        ask(landing, true);
    }

    const Web& web_;
    bool is_geoserver_asked_ = false;
    std::vector<GisQuestion> questions_;
};

}  // namespace

std::vector<GisQuestion> gis_questions(const Web& web) {
    if (web.main.steps.empty() || web.main.final_answer() == nullptr) return {};
    return Questions{web}.run();
}

std::string tokens_path(const std::vector<GisDocument>& documents) {
    for (const auto& document : documents)
        for (const auto& link : document.links)
            if (link.role == GisLink::Role::token)
                if (const auto url = fetch::parse_url(link.url)) return url->path;
    return {};
}

}  // namespace rhumb::doctor
