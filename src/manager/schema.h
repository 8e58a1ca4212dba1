#pragma once
/// Schemas: what JSON of the API looks like, in the words of JSON Schema 2020-12 that it needs. The
/// same schema stands in the OpenAPI document and judges what clients send.

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace rhumb::manager {

using Json = nlohmann::ordered_json;

/// By name, as `#/components/schemas/NAME` refers to them.
using Schemas = std::map<std::string, Json, std::less<>>;

Json text(std::string_view about, std::size_t size_max = 500);
/// One of these words.
Json word(std::string_view about, std::initializer_list<std::string_view> words);
Json boolean(std::string_view about);
Json count(std::string_view about, std::uint64_t least = 0, std::uint64_t most = 1'000'000'000);
Json number(std::string_view about);
/// "2026-11-23T14:05:00Z".
Json moment(std::string_view about);
Json list(std::string_view about, Json items, std::size_t count_max = 10'000);
/// The same, or null.
Json or_null(Json schema);
Json reference(std::string_view name);

struct Member {
    std::string_view name;
    Json schema;
    bool is_required = false;
};
/// Members that are not named are refused.
Json object(std::string_view about, std::vector<Member> members);
/// All members are there: what the API itself says.
Json facts(std::string_view about, std::vector<Member> members);

/// `invalid`, with the place ("members[2].name") and what is wanted there.
Result<void> check(const Json& value, const Json& schema, const Schemas& schemas);

/// JSON of a client: UTF-8, nested not deeper than 16, no name twice in an object. `invalid` tells
/// what is wrong.
Result<Json> read_json(std::string_view text);

}  // namespace rhumb::manager
