#include "manager/openapi.h"

#include "base/text.h"
#include "identity/user.h"
#include "manager/call_reading.h"
#include "manager/router.h"

namespace rhumb::manager {

namespace {

Json content(std::string_view type, Json schema) {
    return {{std::string{type}, {{"schema", std::move(schema)}}}};
}

Json parameters_of(const Route& route) {
    auto all = Json::array();
    for (const auto part : text::split(route.path, '/'))
        if (part.starts_with('{'))
            all.push_back({{"name", part.substr(1, part.size() - 2)},
                           {"in", "path"},
                           {"required", true},
                           {"schema", {{"type", "string"}}}});
    auto query = route.query;
    if (route.is_listed)
        for (auto& parameter : page_parameters()) query.push_back(std::move(parameter));
    for (const auto& parameter : query)
        all.push_back({{"name", parameter.name},
                       {"in", "query"},
                       {"description", parameter.schema.value("description", "")},
                       {"schema", parameter.schema}});
    if (route.needs_match)
        all.push_back({{"name", "If-Match"},
                       {"in", "header"},
                       {"required", true},
                       {"description", "The ETag of the state that is to be changed."},
                       {"schema", {{"type", "string"}}}});
    return all;
}

Json success_of(const Route& route) {
    Json answer{
        {"description", route.answer.empty() && route.file.empty() ? "Done." : "As asked."}};
    if (!route.answer.empty())
        answer["content"] = content("application/json", reference(route.answer));
    if (!route.file.empty())
        answer["content"] =
            content(route.file, {{"type", "string"}, {"contentMediaType", route.file}});
    auto headers = Json::object();
    if (route.method == http::Method::get && !route.answer.empty())
        headers["ETag"] = {{"description", "Names this state."}, {"schema", {{"type", "string"}}}};
    if (route.is_listed)
        headers["Link"] = {{"description", "The next page: rel=\"next\"."},
                           {"schema", {{"type", "string"}}}};
    if (route.success == 201)
        headers["Location"] = {{"description", "Of what was made."},
                               {"schema", {{"type", "string"}}}};
    if (!headers.empty()) answer["headers"] = std::move(headers);
    return answer;
}

Json operation_of(const Route& route) {
    Json operation{{"operationId", route.id},
                   {"summary", route.summary},
                   {"tags", Json::array({text::split(route.path, '/').at(1)})},
                   {"x-rhumb-privilege", identity::to_text(route.needs)}};
    if (auto parameters = parameters_of(route); !parameters.empty())
        operation["parameters"] = std::move(parameters);
    if (!route.body.empty())
        operation["requestBody"] = {
            {"required", true}, {"content", content("application/json", reference(route.body))}};
    operation["responses"] = {
        {std::to_string(route.success), success_of(route)},
        {"default",
         {{"description", "It could not be done."},
          {"content", content("application/problem+json", reference("Problem"))}}}};
    return operation;
}

}  // namespace

Json to_openapi(const Table& table, std::string_view server, std::string_view version) {
    auto paths = Json::object();
    for (const auto& route : table.routes())
        paths[route.path][text::to_lower(name_of(route.method))] = operation_of(route);
    auto schemas = Json::object();
    for (const auto& [name, schema] : table.schemas()) schemas[name] = schema;
    schemas["Problem"] = problem_schema();
    const auto empty = Json::array();
    return {
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "Rhumb administration API"},
          {"version", version},
          {"description",
           "Over HTTPS only. Errors are problems (RFC 9457). Lists come in pages: `limit`, `after`, "
           "and a Link to the next. What has an ETag is changed with If-Match."}}},
        {"servers", Json::array({{{"url", server}}})},
        {"security", Json::array({{{"bearer", empty}}, {{"session", empty}}})},
        {"paths", std::move(paths)},
        {"components",
         {{"schemas", std::move(schemas)},
          {"securitySchemes",
           {{"bearer",
             {{"type", "http"},
              {"scheme", "bearer"},
              {"description",
               "A token of this installation, in Authorization or "
               "X-Esri-Authorization."}}},
            {"session",
             {{"type", "apiKey"},
              {"in", "cookie"},
              {"name", "__Host-rhumb-session"},
              {"description",
               "Who signed in with a browser. Changes need the session's form secret in "
               "X-Rhumb-Form, or come from a page of the same origin."}}}}}}}};
}

}  // namespace rhumb::manager
