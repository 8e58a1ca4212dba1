#include "wizard/json.h"

#include <algorithm>

#include "base/text.h"
#include "config/tree.h"

namespace rhumb::wizard {

namespace {

Json from_tree(const config::Node& node) {
    using Kind = config::Node::Kind;
    switch (node.kind) {
        case Kind::text: return node.text;
        case Kind::integer: return node.integer;
        case Kind::number: return node.number;
        case Kind::boolean: return node.boolean;
        case Kind::time: return nullptr;
        case Kind::array: {
            auto list = Json::array();
            for (const auto& item : node.items) list.push_back(from_tree(item));
            return list;
        }
        case Kind::table: break;
    }
    auto table = Json::object();
    for (const auto& entry : node.entries) table[entry.key] = from_tree(entry.value);
    return table;
}

}  // namespace

Json to_json(const Field& field) {
    auto choices = Json::array();
    for (const auto& choice : field.choices)
        choices.push_back(
            {{"value", choice.value}, {"label", choice.label}, {"help", choice.help}});
    return {
        {"id", field.id},        {"label", field.label},          {"kind", to_text(field.kind)},
        {"help", field.help},    {"choices", std::move(choices)}, {"present", field.present},
        {"kept", field.is_kept}, {"made", field.is_made},         {"required", field.is_required},
        {"rare", field.is_rare}};
}

Json to_json(const std::vector<Step>& steps) {
    auto all = Json::array();
    for (const auto& step : steps) {
        auto fields = Json::array();
        for (const auto& field : step.fields) fields.push_back(to_json(field));
        all.push_back({{"id", step.id},
                       {"title", step.title},
                       {"sentence", step.sentence},
                       {"notes", step.notes},
                       {"connects", step.connects},
                       {"fields", std::move(fields)}});
    }
    return all;
}

Json to_json(const std::vector<Fault>& faults) {
    auto all = Json::array();
    for (const auto& fault : faults)
        all.push_back({{"step", fault.step},
                       {"field", fault.field},
                       {"message", fault.message},
                       {"missing", fault.is_missing}});
    return all;
}

Json to_json(const std::vector<Tried>& tried) {
    auto all = Json::array();
    for (const auto& one : tried) {
        auto steps = Json::array();
        for (const auto& step : one.test.steps)
            steps.push_back({{"what", step.what},
                             {"good", step.is_good},
                             {"said", step.said},
                             {"remedy", step.remedy}});
        all.push_back({{"step", one.step},
                       {"name", one.name},
                       {"good", one.test.is_good()},
                       {"in_the_way", one.is_in_the_way()},
                       {"steps", std::move(steps)}});
    }
    return all;
}

Json to_json(const Summary& summary) {
    return {{"lines", summary.lines},
            {"difference", summary.difference},
            {"changes_anything", summary.changes_anything},
            {"text", summary.text},
            {"commands", summary.commands},
            {"later", summary.later}};
}

Json to_json(const Applied& applied) {
    return {{"revision", applied.revision},
            {"changed", applied.has_changed},
            {"administrator", applied.administrator},
            {"secrets", applied.secrets},
            {"tables", applied.tables}};
}

Json to_json(const Undone& undone) {
    return {{"revision", undone.revision}, {"lines", undone.lines}};
}

Json to_json(const TrialReport& report) {
    auto callers = Json::array();
    for (const auto& caller : report.callers)
        callers.push_back(
            {{"name", caller.name}, {"about", caller.about}, {"roles", caller.caller.roles}});
    auto results = Json::array();
    for (const auto& one : report.results) {
        Json json{{"site", one.site},
                  {"url", one.url},
                  {"by", one.where},
                  {"secure", one.is_secure},
                  {"caller", one.caller},
                  {"expected", to_text(one.expected)},
                  {"found", to_text(one.found)},
                  {"good", one.is_as_expected()}};
        if (!one.trouble.empty()) json["trouble"] = one.trouble;
        results.push_back(std::move(json));
    }
    const bool is_good = std::ranges::all_of(report.results, &TrialResult::is_as_expected);
    return {{"good", is_good},
            {"callers", std::move(callers)},
            {"results", std::move(results)},
            {"notes", report.notes}};
}

Result<Answers> read_answers(std::string_view text, const std::string& called) {
    if (text::trim(text).starts_with('{')) {
        auto json = Json::parse(text, nullptr, false);
        if (!json.is_object()) return fail(ErrorKind::invalid, "{} is no JSON object", called);
        return json;
    }
    const auto tree = config::parse_tree(text, called);
    if (!tree) return fail(ErrorKind::invalid, "{}", tree.error().to_text());
    return from_tree(*tree);
}

}  // namespace rhumb::wizard
