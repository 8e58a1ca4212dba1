#include "manager/call_reading.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::manager {

std::vector<Parameter> page_parameters() {
    return {{"limit", count("How many at most.", 1, page_size_max)},
            {"after", text("Where the page begins: `next` of the page before.", 2'000)}};
}

namespace {

const Parameter* find(const std::vector<Parameter>& parameters, std::string_view name) {
    const auto found = std::ranges::find(parameters, name, &Parameter::name);
    return found == parameters.end() ? nullptr : &*found;
}

/// The text of a query as the value that its schema speaks of.
Json to_value(const std::string& text, const Json& schema) {
    const auto& type = schema["type"];
    if (type == "integer") {
        const auto number = text::to_integer(text);
        return number ? Json(*number) : Json(text);
    }
    if (type == "boolean")
        return text == "true" ? Json(true) : text == "false" ? Json(false) : Json(text);
    return text;
}

}  // namespace

Result<void> read_query(std::string_view query, const Route& route,
                        std::map<std::string, std::string, std::less<>>& into) {
    auto known = route.query;
    if (route.is_listed)
        for (auto& parameter : page_parameters()) known.push_back(std::move(parameter));
    if (query.empty()) return {};
    for (const auto pair : text::split(query, '&')) {
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = text::percent_decode(pair.substr(0, equals), true);
        const auto value =
            text::percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value || !text::is_utf8(*name) || !text::is_utf8(*value))
            return fail(ErrorKind::invalid, "the query is not percent-encoded UTF-8");
        if (text::iequals(*name, "token")) continue;
        const auto* const parameter = find(known, *name);
        if (parameter == nullptr)
            return fail(ErrorKind::invalid,
                        "the query has a parameter «{}» that means nothing here", *name);
        if (auto good = check(to_value(*value, parameter->schema), parameter->schema, {}); !good)
            return fail(ErrorKind::invalid,
                        "the parameter «{}» of the query is not as it should be: {}", *name,
                        good.error().message);
        if (!into.emplace(*name, *value).second)
            return fail(ErrorKind::invalid, "the parameter «{}» is there twice", *name);
    }
    return {};
}

bool says_json(const http::Headers& headers) {
    const auto type = headers.find("content-type");
    if (!type) return false;
    return text::iequals(text::trim(type->substr(0, type->find(';'))), "application/json");
}

net::Task<Json> read_body(http::Request& request, const Route& route, const Schemas& schemas,
                          std::size_t bytes_max) {
    CO_TRY(const std::string bytes, co_await http::read_all(*request.body, bytes_max));
    if (route.body.empty()) {
        if (!bytes.empty())
            co_return fail(ErrorKind::invalid, "nothing is to be sent here, and {} bytes were",
                           bytes.size());
        co_return Json(nullptr);
    }
    CO_TRY(Json body, read_json(bytes));
    CO_TRY_DONE(check(body, reference(route.body), schemas));
    co_return body;
}

}  // namespace rhumb::manager
