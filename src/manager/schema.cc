#include "manager/schema.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace rhumb::manager {

namespace {

constexpr std::size_t nesting_max = 16;
constexpr std::string_view schema_prefix = "#/components/schemas/";

Json of_type(std::string_view type, std::string_view about) {
    Json schema{{"type", type}};
    if (!about.empty()) schema["description"] = about;
    return schema;
}

}  // namespace

Json text(std::string_view about, std::size_t size_max) {
    auto schema = of_type("string", about);
    schema["maxLength"] = size_max;
    return schema;
}

Json word(std::string_view about, std::initializer_list<std::string_view> words) {
    auto schema = of_type("string", about);
    schema["enum"] = words;
    return schema;
}

Json boolean(std::string_view about) { return of_type("boolean", about); }

Json count(std::string_view about, std::uint64_t least, std::uint64_t most) {
    auto schema = of_type("integer", about);
    schema["minimum"] = least;
    schema["maximum"] = most;
    return schema;
}

Json number(std::string_view about) { return of_type("number", about); }

Json moment(std::string_view about) {
    auto schema = text(about, 40);
    schema["format"] = "date-time";
    return schema;
}

Json list(std::string_view about, Json items, std::size_t count_max) {
    auto schema = of_type("array", about);
    schema["items"] = std::move(items);
    schema["maxItems"] = count_max;
    return schema;
}

Json or_null(Json schema) {
    if (schema.contains("$ref"))
        return {{"oneOf", Json::array({std::move(schema), Json{{"type", "null"}}})}};
    schema["type"] = Json::array({schema["type"], "null"});
    if (schema.contains("enum")) schema["enum"].push_back(nullptr);
    return schema;
}

Json reference(std::string_view name) {
    return {{"$ref", std::string{schema_prefix}.append(name)}};
}

Json object(std::string_view about, std::vector<Member> members) {
    auto schema = of_type("object", about);
    auto properties = Json::object();
    auto required = Json::array();
    for (auto& member : members) {
        if (member.is_required) required.push_back(member.name);
        properties[std::string{member.name}] = std::move(member.schema);
    }
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = false;
    return schema;
}

Json facts(std::string_view about, std::vector<Member> members) {
    for (auto& member : members) member.is_required = true;
    return object(about, std::move(members));
}

namespace {

std::string_view type_of(const Json& value) {
    if (value.is_null()) return "null";
    if (value.is_boolean()) return "boolean";
    if (value.is_number_integer()) return "integer";
    if (value.is_number()) return "number";
    if (value.is_string()) return "string";
    return value.is_array() ? "array" : "object";
}

bool is_of(std::string_view type, std::string_view wanted) {
    return type == wanted || (wanted == "number" && type == "integer");
}

class Checker {
public:
    explicit Checker(const Schemas& schemas) : schemas_{schemas} {}

    Result<void> check(const Json& value, const Json& schema, const std::string& place) const {
        if (schema.contains("$ref")) {
            const auto name = schema["$ref"].get<std::string>().substr(schema_prefix.size());
            const auto found = schemas_.find(name);
            if (found == schemas_.end())
                return fail(ErrorKind::internal, "there is no schema {}", name);
            return check(value, found->second, place);
        }
        if (schema.contains("oneOf")) return check_one_of(value, schema["oneOf"], place);
        TRY_DONE(check_type(value, schema, place));
        if (schema.contains("enum")) TRY_DONE(check_enum(value, schema["enum"], place));
        if (value.is_string()) return check_text(value, schema, place);
        if (value.is_number()) return check_number(value, schema, place);
        if (value.is_array()) return check_array(value, schema, place);
        if (value.is_object()) return check_object(value, schema, place);
        return {};
    }

private:
    static tl::unexpected<Error> wrong(const std::string& place, std::string_view what) {
        if (place.empty()) return fail(ErrorKind::invalid, "the body {}", what);
        return fail(ErrorKind::invalid, "«{}» {}", place, what);
    }

    Result<void> check_one_of(const Json& value, const Json& choices,
                              const std::string& place) const {
        Result<void> last;
        for (const auto& choice : choices) {
            // The one for null says nothing of what else is wrong.
            if (auto good = check(value, choice, place); good)
                return {};
            else if (last)
                last = std::move(good);
        }
        return last;
    }

    static Result<void> check_type(const Json& value, const Json& schema,
                                   const std::string& place) {
        if (!schema.contains("type")) return {};
        const auto& wanted = schema["type"];
        const auto type = type_of(value);
        if (wanted.is_string()) {
            if (is_of(type, wanted.get_ref<const std::string&>())) return {};
            return wrong(place, fmt::format("is to be of the type {}, and is of the type {}",
                                            wanted.get_ref<const std::string&>(), type));
        }
        std::vector<std::string> names;
        for (const auto& one : wanted) {
            if (is_of(type, one.get_ref<const std::string&>())) return {};
            names.push_back(one.get<std::string>());
        }
        return wrong(place, fmt::format("is to be of the type {}, and is of the type {}",
                                        text::join(names, " or "), type));
    }

    static Result<void> check_enum(const Json& value, const Json& words, const std::string& place) {
        if (std::ranges::find(words, value) != words.end()) return {};
        return wrong(place, fmt::format("is to be one of {}", words.dump()));
    }

    static Result<void> check_text(const Json& value, const Json& schema,
                                   const std::string& place) {
        const auto& text = value.get_ref<const std::string&>();
        // Characters of UTF-8, which the reader has made sure of.
        const auto size = static_cast<std::size_t>(std::ranges::count_if(
            text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
        if (schema.contains("maxLength") && size > schema["maxLength"].get<std::size_t>())
            return wrong(place, fmt::format("is to have at most {} characters",
                                            schema["maxLength"].get<std::size_t>()));
        if (schema.contains("minLength") && size < schema["minLength"].get<std::size_t>())
            return wrong(place, fmt::format("is to have at least {} characters",
                                            schema["minLength"].get<std::size_t>()));
        return {};
    }

    static Result<void> check_number(const Json& value, const Json& schema,
                                     const std::string& place) {
        const auto number = value.get<double>();
        const bool is_in =
            (!schema.contains("minimum") || number >= schema["minimum"].get<double>()) &&
            (!schema.contains("maximum") || number <= schema["maximum"].get<double>());
        if (is_in) return {};
        return wrong(place, fmt::format("is to be from {} to {}", schema["minimum"].dump(),
                                        schema["maximum"].dump()));
    }

    Result<void> check_array(const Json& value, const Json& schema,
                             const std::string& place) const {
        if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>())
            return wrong(place, fmt::format("is to have at most {} items",
                                            schema["maxItems"].get<std::size_t>()));
        if (!schema.contains("items")) return {};
        for (std::size_t index = 0; index < value.size(); ++index)
            TRY_DONE(check(value[index], schema["items"], fmt::format("{}[{}]", place, index)));
        return {};
    }

    Result<void> check_object(const Json& value, const Json& schema,
                              const std::string& place) const {
        if (!schema.contains("properties")) return {};
        const auto& properties = schema["properties"];
        const auto below = [&](const std::string& name) {
            return place.empty() ? name : fmt::format("{}.{}", place, name);
        };
        for (const auto& [name, member] : value.items()) {
            if (!properties.contains(name)) {
                std::vector<std::string> names;
                for (const auto& [known, ignored] : properties.items()) names.push_back(known);
                return wrong(place, fmt::format("has no member «{}»; it may have {}", name,
                                                text::join(names, ", ")));
            }
            TRY_DONE(check(member, properties[name], below(name)));
        }
        if (!schema.contains("required")) return {};
        for (const auto& name : schema["required"])
            if (!value.contains(name.get_ref<const std::string&>()))
                return wrong(place, fmt::format("lacks the member «{}»", name.get<std::string>()));
        return {};
    }

    const Schemas& schemas_;
};

/// Whether brackets stand deeper than they may; text within quotes is passed over.
bool is_too_deep(std::string_view text) {
    std::size_t depth = 0;
    bool is_quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (is_quoted) {
            if (c == '\\') ++at;
            is_quoted = c != '"';
        } else if (c == '"') {
            is_quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > nesting_max) return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return false;
}

}  // namespace

Result<void> check(const Json& value, const Json& schema, const Schemas& schemas) {
    return Checker{schemas}.check(value, schema, "");
}

Result<Json> read_json(std::string_view text) {
    if (is_too_deep(text))
        return fail(ErrorKind::invalid, "the body is nested deeper than {}", nesting_max);
    std::vector<std::set<std::string>> names;
    std::string twice;
    const Json::parser_callback_t look = [&](int, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start) names.emplace_back();
        if (event == Json::parse_event_t::object_end) names.pop_back();
        if (event == Json::parse_event_t::key &&
            !names.back().insert(parsed.get<std::string>()).second && twice.empty())
            twice = parsed.get<std::string>();
        return true;
    };
    auto parsed = Json::parse(text, look, false);
    if (parsed.is_discarded() || !text::is_utf8(text))
        return fail(ErrorKind::invalid, "the body is no JSON in UTF-8 (RFC 8259)");
    if (!twice.empty())
        return fail(ErrorKind::invalid, "the body has the member «{}» twice", twice);
    return parsed;
}

}  // namespace rhumb::manager
