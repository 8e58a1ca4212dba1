// The query operation for people (gis/rest/query.h): a form, and a table of what it found.

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "gis/feature/json_text.h"
#include "gis/feature/moment.h"
#include "gis/rest/page.h"
#include "gis/rest/query.h"

namespace rhumb::gis::rest {

namespace {

using text::escape_html;

std::string input(const Call& call, std::string_view name, std::string_view label,
                  std::string_view otherwise = "") {
    const auto& given = call.parameters.get(name);
    return fmt::format(
        "<label for=\"{0}\">{1}</label><input id=\"{0}\" name=\"{0}\" value=\"{2}\">\n", name,
        label, escape_html(given.empty() ? otherwise : given));
}

std::string choice(const Call& call, std::string_view name, std::string_view label,
                   std::initializer_list<std::string_view> options) {
    std::string html =
        fmt::format("<label for=\"{0}\">{1}</label><select id=\"{0}\" name=\"{0}\">", name, label);
    for (const auto option : options) {
        const bool is_chosen = text::iequals(call.parameters.get(name), option);
        html += fmt::format("<option{}>{}</option>", is_chosen ? " selected" : "", option);
    }
    return html + "</select>\n";
}

std::string text_of(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return escape_html(*text);
    if (const auto* instant = std::get_if<Instant>(&value)) return to_text(*instant);
    if (std::holds_alternative<std::monostate>(value)) return "";
    std::string number;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        json_text::append_number(number, *whole);
    } else {
        json_text::append_number(number, std::get<double>(value));
    }
    return number;
}

}  // namespace

std::string query_page(const Service& service, const map::MapLayer& layer, const Call& call,
                       const std::string& table) {
    const auto& schema = layer.source->schema();
    std::string body = "<form method=\"get\">\n";
    body += input(call, "where", "Where", "1=1");
    body += input(call, "objectIds", "Object ids");
    body += input(call, "geometry", "Geometry");
    body += choice(call, "geometryType", "Geometry type",
                   {"esriGeometryEnvelope", "esriGeometryPoint", "esriGeometryPolyline",
                    "esriGeometryPolygon", "esriGeometryMultipoint"});
    body += input(call, "inSR", "Spatial reference of the geometry");
    body += choice(call, "spatialRel", "Spatial relation",
                   {"esriSpatialRelIntersects", "esriSpatialRelContains", "esriSpatialRelCrosses",
                    "esriSpatialRelEnvelopeIntersects", "esriSpatialRelOverlaps",
                    "esriSpatialRelTouches", "esriSpatialRelWithin"});
    body += input(call, "outFields", "Fields", "*");
    body += choice(call, "returnGeometry", "With geometry", {"true", "false"});
    body += input(call, "outSR", "Spatial reference of the answer");
    body += input(call, "orderByFields", "Order by");
    body += input(call, "resultOffset", "Begin after");
    body += input(call, "resultRecordCount", "At most", "100");
    body += choice(call, "returnIdsOnly", "Only ids", {"false", "true"});
    body += choice(call, "returnCountOnly", "Only the count", {"false", "true"});
    body += choice(call, "returnExtentOnly", "Only the extent", {"false", "true"});
    body += choice(call, "f", "Format", {"html", "pjson", "json", "geojson"});
    body += "<button>Query</button>\n</form>\n";
    body += table;
    return html_page(
        call,
        {fmt::format("Query: {} ({}), {}", schema.name, layer.id, service.title()), body, false});
}

Result<std::string> run_query_table(const LayerQuery& wanted) {
    const auto& schema = wanted.layer->source->schema();
    if (wanted.answer != QueryAnswer::features) {
        TRY(const auto json, run_query(wanted, 1U << 20U));
        return "<h2>Answer</h2>\n<pre>" + escape_html(json_text::pretty(json)) + "</pre>\n";
    }
    std::string rows;
    std::uint64_t told = 0;
    bool is_cut = false;
    Query query = wanted.query;
    query.wants_geometry = false;
    TRY_DONE(wanted.layer->source->read(query, [&](const Feature& feature) {
        is_cut = told == wanted.features_max;
        if (is_cut) return false;
        ++told;
        rows += "<tr>";
        for (std::size_t i = 0; i < query.fields.size(); ++i) {
            const bool is_number = std::holds_alternative<double>(feature.values[i]) ||
                                   std::holds_alternative<std::int64_t>(feature.values[i]);
            rows += fmt::format("<td{}>{}</td>", is_number ? " class=\"number\"" : "",
                                text_of(feature.values[i]));
        }
        rows += "</tr>\n";
        return true;
    }));
    std::string html =
        fmt::format("<h2>{} features{}</h2>\n<div class=\"wide\"><table>\n<thead><tr>", told,
                    is_cut ? ", and there are more" : "");
    for (const auto field : query.fields)
        html += fmt::format("<th scope=\"col\">{}</th>", escape_html(schema.fields[field].name));
    return html + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table></div>\n";
}

}  // namespace rhumb::gis::rest
