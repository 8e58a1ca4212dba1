#include "providers/json_table.h"

#include <nlohmann/json.hpp>

namespace rhumb::providers {

namespace {

using nlohmann::json;

constexpr std::int64_t moment_max = 253'402'300'799;  // the end of the year 9999

/// How deep brackets stand in brackets, at most; looked at before anything is made of the text.
std::size_t nesting_of(std::string_view text) {
    std::size_t depth = 0;
    std::size_t most = 0;
    bool is_in_text = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (is_in_text) {
            if (c == '\\') ++at;
            if (c == '"') is_in_text = false;
        } else if (c == '"') {
            is_in_text = true;
        } else if (c == '{' || c == '[') {
            most = std::max(most, ++depth);
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return most;
}

}  // namespace

Result<json> read_json_object(std::string_view text, std::size_t bytes_max,
                              std::size_t nesting_max) {
    if (text.size() > bytes_max)
        return fail(ErrorKind::invalid, "it is larger than {} bytes", bytes_max);
    if (nesting_of(text) > nesting_max)
        return fail(ErrorKind::invalid, "it is nested deeper than {}", nesting_max);
    std::vector<std::set<std::string>> names;
    bool is_twice = false;
    const auto watch = [&](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start) names.emplace_back();
        if (event == json::parse_event_t::object_end) names.pop_back();
        if (event == json::parse_event_t::key)
            is_twice = !names.back().insert(parsed.get<std::string>()).second || is_twice;
        return true;
    };
    auto value = json::parse(text, watch, /*allow_exceptions=*/false);
    if (value.is_discarded()) return fail(ErrorKind::invalid, "it is no JSON of UTF-8 text");
    if (!value.is_object()) return fail(ErrorKind::invalid, "it is no JSON object");
    if (is_twice) return fail(ErrorKind::invalid, "a member stands in it twice");
    return value;
}

JsonTable::JsonTable(const json& value, std::string where, std::optional<Error>& fault)
    : value_{value}, where_{std::move(where)}, fault_{fault} {
    if (!value_.is_object() && !fault_)
        fault_ = Error{ErrorKind::invalid, fmt::format("{} is no object", where_)};
}

std::string JsonTable::place(std::string_view key) const {
    return where_.empty() ? std::string{key} : fmt::format("{}.{}", where_, key);
}

void JsonTable::refuse(std::string_view key, std::string_view why) {
    if (!fault_) fault_ = Error{ErrorKind::invalid, fmt::format("«{}» {}", place(key), why)};
}

bool JsonTable::has(std::string_view key) const {
    return value_.is_object() && value_.contains(key) && !value_.find(key)->is_null();
}

const json* JsonTable::take(std::string_view key) {
    taken_.emplace(key);
    if (fault_ || !has(key)) return nullptr;
    return &*value_.find(key);
}

std::string JsonTable::text(std::string_view key, std::size_t bytes_max, bool is_needed) {
    const auto* value = take(key);
    if (value == nullptr) {
        if (is_needed) refuse(key, "is missing");
        return {};
    }
    if (!value->is_string()) {
        refuse(key, "is no text");
        return {};
    }
    const auto& text = value->get_ref<const std::string&>();
    if (text.size() <= bytes_max) return text;
    refuse(key, fmt::format("is longer than {} bytes", bytes_max));
    return {};
}

std::optional<std::int64_t> JsonTable::integer(std::string_view key) {
    const auto* value = take(key);
    if (value == nullptr) return {};
    if (value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t{INT64_MAX}) {
        refuse(key, "is too large a number");
        return {};
    }
    if (value->is_number_integer()) return value->get<std::int64_t>();
    refuse(key, "is no whole number");
    return {};
}

std::optional<Seconds> JsonTable::moment(std::string_view key) {
    const auto number = integer(key);
    if (!number) return {};
    if (*number >= 0 && *number <= moment_max) return Seconds{std::chrono::seconds{*number}};
    refuse(key, "is no time in seconds since 1970");
    return {};
}

bool JsonTable::flag(std::string_view key, bool otherwise) {
    const auto* value = take(key);
    if (value == nullptr) return otherwise;
    if (value->is_boolean()) return value->get<bool>();
    refuse(key, "is neither true nor false");
    return otherwise;
}

std::vector<std::string> JsonTable::texts(std::string_view key, std::size_t count_max,
                                          std::size_t bytes_max, bool is_needed) {
    if (!is_needed && !has(key)) {
        taken_.emplace(key);
        return {};
    }
    std::vector<std::string> all;
    const auto* values = list(key, count_max);
    if (values == nullptr) return {};
    for (const auto& one : *values) {
        if (!one.is_string() || one.get_ref<const std::string&>().size() > bytes_max) {
            refuse(key, fmt::format("has something in it that is no text of {} bytes at most",
                                    bytes_max));
            return {};
        }
        all.push_back(one.get<std::string>());
    }
    return all;
}

const json* JsonTable::object(std::string_view key) {
    const auto* value = take(key);
    if (value == nullptr || value->is_object()) return value;
    refuse(key, "is no object");
    return nullptr;
}

const json* JsonTable::list(std::string_view key, std::size_t count_max) {
    const auto* value = take(key);
    if (value == nullptr) {
        refuse(key, "is missing");
        return nullptr;
    }
    if (value->is_array() && value->size() <= count_max) return value;
    refuse(key, value->is_array() ? fmt::format("has more than {} entries", count_max)
                                  : std::string{"is no list"});
    return nullptr;
}

void JsonTable::end() {
    if (fault_ || !value_.is_object()) return;
    for (const auto& [key, value] : value_.items())
        if (!taken_.contains(key)) {
            refuse(key.size() <= 40 ? key : "a member", "is not known to this contract");
            return;
        }
}

}  // namespace rhumb::providers
