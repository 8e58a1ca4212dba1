#include "config/parse.h"

#include "config/readers.h"

namespace rhumb::config {
namespace {

Document read_document(const Node& root, Report& report) {
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
    parsed.document = read_document(*tree, report);
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
