#include "config/parse.h"

#include "config/part_names.h"
#include "config/readers.h"

namespace rhumb::config {
namespace {

using Lines = std::map<std::string, PolicyLines, std::less<>>;

PolicyLines lines_of(const PolicyPlaces& places) {
    return {places.require_https.line, places.client_certificate.line, places.allow.line};
}

Lines lines_of(const Document& document, const std::vector<SitePlaces>& sites,
               const GisPlaces& gis) {
    Lines lines;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const auto& site = document.sites[i];
        lines.emplace(name_of(site), lines_of(sites[i].policy));
        for (std::size_t j = 0; j < sites[i].location_policies.size(); ++j)
            lines.emplace(name_of(site, site.locations[j]),
                          lines_of(sites[i].location_policies[j]));
    }
    for (std::size_t i = 0; i < gis.folders.size(); ++i)
        lines.emplace(name_of(document.gis.folders[i]), lines_of(gis.folder_policies[i]));
    for (std::size_t i = 0; i < gis.services.size(); ++i) {
        const auto& service = document.gis.services[i];
        lines.emplace(name_of(service), lines_of(gis.service_policies[i]));
        for (std::size_t j = 0; j < service.layers.size(); ++j)
            lines.emplace(name_of(service, service.layers[j]),
                          lines_of({{}, {}, gis.layers[i][j]}));
    }
    return lines;
}

Document read_document(const Node& root, Report& report, Lines& lines) {
    Document document;
    std::vector<SitePlaces> sites;
    GisPlaces gis;
    TableReader reader{root, "the configuration", report};
    if (const Node* server = reader.take("server")) document.server = read_server(*server, report);
    if (const auto* nodes = reader.take_tables("site", "site")) {
        for (const auto& node : *nodes)
            document.sites.push_back(read_site(node, report, sites.emplace_back()));
    }
    if (const Node* node = reader.take("gis")) document.gis = read_gis(*node, report, gis);
    if (const Node* node = reader.take("security"))
        document.security = read_security(*node, report);
    reader.done();
    if (document.sites.empty()) {
        document.sites = Document::with_defaults(80, 443, "www", document.gis.instance).sites;
        sites.resize(1);
        sites[0].bindings.resize(document.sites[0].bindings.size());
        sites[0].locations.resize(document.sites[0].locations.size());
    }
    check_consistency(document, sites, gis, report);
    lines = lines_of(document, sites, gis);
    return document;
}

}  // namespace

std::string Diagnostic::to_text() const {
    if (line == 0) return fmt::format("{}: {}", file, message);
    return fmt::format("{}:{}:{}: {}", file, line, column, message);
}

Parsed parse(std::string_view text, std::string file_name) {
    Parsed parsed;
    auto tree = parse_tree(text, file_name);
    if (!tree) {
        parsed.errors.push_back(std::move(tree).error());
        return parsed;
    }
    Report report{std::move(file_name)};
    parsed.document = read_document(*tree, report, parsed.policy_lines);
    parsed.errors = report.take_errors();
    parsed.warnings = report.take_warnings();
    return parsed;
}

Result<Document> parse_or_fail(std::string_view text, std::string file_name) {
    auto parsed = parse(text, std::move(file_name));
    if (!parsed.is_good()) return fail(ErrorKind::invalid, "{}", to_text(parsed.errors));
    return std::move(parsed.document);
}

std::string to_text(const std::vector<Diagnostic>& diagnostics) {
    std::string text;
    for (const auto& diagnostic : diagnostics) {
        if (!text.empty()) text += '\n';
        text += diagnostic.to_text();
    }
    return text;
}

}  // namespace rhumb::config
