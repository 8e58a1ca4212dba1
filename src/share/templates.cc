#include "share/templates.h"

#include <algorithm>
#include <cstdlib>

namespace rhumb::share {

namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

}  // namespace

std::string fill(std::string_view name, const Values& values) {
    auto text = get_template(name);
    std::string filled;
    for (;;) {
        const auto begin = text.find('@');
        filled += text.substr(0, begin);
        if (begin == std::string_view::npos) return filled;
        text.remove_prefix(begin + 1);
        const auto end = text.find('@');
        const auto key = text.substr(0, end);
        if (end == std::string_view::npos || !is_name(key)) {
            filled += '@';
            continue;
        }
        const auto value = std::ranges::find(values, key, &Values::value_type::first);
        if (value == values.end()) std::abort();  // a fault of the program: tests fill each of them
        filled += value->second;
        text.remove_prefix(end + 1);
    }
}

std::string to_dos(std::string_view text) {
    std::string dos;
    dos.reserve(text.size() + text.size() / 32);
    for (const char c : text) {
        if (c == '\n') dos += '\r';
        dos += c;
    }
    return dos;
}

}  // namespace rhumb::share
