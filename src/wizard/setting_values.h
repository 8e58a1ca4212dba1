#pragma once
/// Settings out of pointers to members of config::Provider and its kinds. Inside this module only.

#include <chrono>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "wizard/provider_settings.h"

namespace rhumb::wizard {

/// `Of`: config::Provider, const or not.
template <class Part, class Of>
auto& part_of(Of& provider) {
    if constexpr (std::is_same_v<Part, config::Provider>)
        return provider;
    else if constexpr (std::is_same_v<Part, config::SqlQueries>)
        return std::get<config::SqlProvider>(provider.settings).queries;
    else
        return std::get<Part>(provider.settings);
}

inline Json to_answer(const std::string& value) { return value; }
inline Json to_answer(const std::vector<std::string>& value) { return value; }
inline Json to_answer(bool value) { return value; }
inline Json to_answer(std::uint16_t value) { return value; }
inline Json to_answer(std::uint32_t value) { return value; }
template <class Period>
Json to_answer(std::chrono::duration<std::int64_t, Period> value) {
    return value.count();
}
inline Json to_answer(config::LdapProvider::Bind value) {
    return value == config::LdapProvider::Bind::direct ? "direct" : "search";
}

inline Result<void> take_answer(const Json& answer, std::string& value) {
    value = answer.get<std::string>();
    return {};
}
inline Result<void> take_answer(const Json& answer, std::vector<std::string>& value) {
    value = answer.get<std::vector<std::string>>();
    return {};
}
inline Result<void> take_answer(const Json& answer, bool& value) {
    value = answer.get<bool>();
    return {};
}
template <class Number>
requires(std::is_unsigned_v<Number> &&
         !std::is_same_v<Number, bool>) Result<void> take_answer(const Json& answer,
                                                                 Number& value) {
    const auto number = answer.get<std::int64_t>();
    constexpr std::int64_t most = std::numeric_limits<Number>::max();
    if (number < 0 || number > most)
        return fail(ErrorKind::invalid, "is to be from 0 to {}, not {}", most, number);
    value = static_cast<Number>(number);
    return {};
}
template <class Period>
Result<void> take_answer(const Json& answer, std::chrono::duration<std::int64_t, Period>& value) {
    value = std::chrono::duration<std::int64_t, Period>{answer.get<std::int64_t>()};
    return {};
}
inline Result<void> take_answer(const Json& answer, config::LdapProvider::Bind& value) {
    value = answer == "direct" ? config::LdapProvider::Bind::direct
                               : config::LdapProvider::Bind::search;
    return {};
}

template <class Part, class Value>
Setting setting(Value Part::*member, Field field) {
    return {std::move(field),
            [member](const config::Provider& provider) {
                return to_answer(part_of<Part>(provider).*member);
            },
            [member](config::Provider& provider, const Json& answer) {
                return take_answer(answer, part_of<Part>(provider).*member);
            }};
}

}  // namespace rhumb::wizard
