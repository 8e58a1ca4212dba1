#include "http/headers.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "base/text.h"

namespace rhumb::http {

namespace {

/// Most messages fit: one allocation each for the lines and the places.
constexpr std::size_t lines_usual = 480;
constexpr std::size_t fields_usual = 14;

bool is_name(std::string_view candidate, std::string_view name) {
    // Lengths differ far more often than not, and ours are lower case already.
    return candidate.size() == name.size() && text::iequals(candidate, name);
}

}  // namespace

void Headers::add(std::string_view name, std::string_view value) {
    assert(lines_.size() + name.size() + value.size() < std::numeric_limits<std::uint32_t>::max());
    if (places_.empty()) {
        lines_.reserve(std::max(lines_usual, name.size() + value.size() + 4));
        places_.reserve(fields_usual);
    }
    const auto begin = lines_.size();
    const auto value_begin = begin + name.size() + 2;
    lines_.append(name).append(": ").append(value).append("\r\n");
    for (auto at = value_begin; at < value_begin + value.size(); ++at) {
        const char c = lines_[at];
        if (c == '\r' || c == '\n' || c == '\0') lines_[at] = ' ';
    }
    places_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(name.size()),
                       static_cast<std::uint32_t>(value_begin),
                       static_cast<std::uint32_t>(value.size())});
}

void Headers::set(std::string_view name, std::string_view value) {
    if (!has(name)) {
        add(name, value);
        return;
    }
    const std::string own_name{name};  // both may point into our own lines
    const std::string own_value{value};
    remove(own_name);
    add(own_name, own_value);
}

void Headers::remove(std::string_view name) {
    if (!has(name)) return;
    Headers kept;
    for (std::size_t i = 0; i < size(); ++i) {
        const auto field = at(i);
        if (!is_name(field.name, name)) kept.add(field.name, field.value);
    }
    *this = std::move(kept);
}

void Headers::append(const Headers& others) {
    const auto shift = static_cast<std::uint32_t>(lines_.size());
    const auto count = others.places_.size();  // `others` may be ourselves
    lines_.append(others.lines_);
    places_.reserve(places_.size() + count);
    for (std::size_t i = 0; i < count; ++i) {
        auto place = others.places_[i];
        place.name_begin += shift;
        place.value_begin += shift;
        places_.push_back(place);
    }
}

void Headers::clear() {
    lines_.clear();
    places_.clear();
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    const std::string_view lines{lines_};
    for (const auto& place : places_) {
        if (place.name_size == name.size() &&
            is_name(lines.substr(place.name_begin, place.name_size), name))
            return lines.substr(place.value_begin, place.value_size);
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < size(); ++i) found += is_name(at(i).name, name) ? 1U : 0U;
    return found;
}

std::string Headers::joined(std::string_view name) const {
    std::string values;
    bool is_first = true;
    for (std::size_t i = 0; i < size(); ++i) {
        const auto field = at(i);
        if (!is_name(field.name, name)) continue;
        if (!is_first) values += ", ";
        is_first = false;
        values += field.value;
    }
    return values;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
    for (std::size_t i = 0; i < size(); ++i) {
        const auto field = at(i);
        if (!is_name(field.name, name)) continue;
        for (auto rest = field.value;;) {
            const auto comma = rest.find(',');
            if (text::iequals(text::trim(rest.substr(0, comma)), token)) return true;
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return false;
}

Headers::Field Headers::at(std::size_t index) const {
    const auto& place = places_[index];
    const std::string_view lines{lines_};
    return {lines.substr(place.name_begin, place.name_size),
            lines.substr(place.value_begin, place.value_size)};
}

}  // namespace rhumb::http
