#include "manager/openapi.h"

#include <gmock/gmock.h>

#include "manager/api.h"

namespace rhumb::manager {
namespace {

Json document() { return to_openapi(*all_routes(), "/api/v1", "0"); }

/// Every "$ref" below.
void collect(const Json& json, std::vector<std::string>& references) {
    if (json.is_object() && json.contains("$ref"))
        references.push_back(json["$ref"].get<std::string>());
    if (json.is_structured())
        for (const auto& below : json) collect(below, references);
}

TEST(OpenApi, HasEveryRoute) {
    const auto table = all_routes();
    const auto api = document();
    std::size_t count = 0;
    for (const auto& [path, methods] : api["paths"].items()) count += methods.size();
    EXPECT_EQ(count, table->routes().size());
    EXPECT_EQ(api["openapi"], "3.1.0");
    EXPECT_EQ(api["servers"][0]["url"], "/api/v1");
}

TEST(OpenApi, RefersToSchemasThatAreThere) {
    const auto api = document();
    std::vector<std::string> references;
    collect(api, references);
    EXPECT_GT(references.size(), 30U);
    for (const auto& reference : references)
        EXPECT_TRUE(api.contains(Json::json_pointer{reference.substr(1)})) << reference;
}

TEST(OpenApi, DescribesPathsQueriesStatesAndProblems) {
    const auto api = document();
    const auto& change = api["paths"]["/users/{name}"]["put"];
    EXPECT_EQ(change["operationId"], "changeUser");
    EXPECT_EQ(change["x-rhumb-privilege"], "administer");
    EXPECT_EQ(change["parameters"][0]["name"], "name");
    EXPECT_EQ(change["parameters"][1]["name"], "store");
    EXPECT_EQ(change["parameters"][2]["name"], "If-Match");
    EXPECT_TRUE(change["responses"]["default"]["content"].contains("application/problem+json"));
    const auto& list = api["paths"]["/users"]["get"];
    std::vector<std::string> names;
    for (const auto& parameter : list["parameters"])
        names.push_back(parameter["name"].get<std::string>());
    EXPECT_THAT(names, ::testing::ElementsAre("contains", "store", "limit", "after"));
}

}  // namespace
}  // namespace rhumb::manager
