#include "manager/router.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::manager {

namespace {

bool is_placeholder(std::string_view segment) { return segment.starts_with('{'); }

/// How many words of the template are met; nothing when it does not fit.
std::optional<std::size_t> fit(std::string_view path, std::string_view template_,
                               std::map<std::string, std::string, std::less<>>& arguments) {
    const auto given = text::split(path, '/');
    const auto wanted = text::split(template_, '/');
    if (given.size() != wanted.size()) return std::nullopt;
    std::size_t words = 0;
    for (std::size_t index = 0; index < given.size(); ++index) {
        if (is_placeholder(wanted[index])) {
            if (given[index].empty()) return std::nullopt;
            arguments[std::string{wanted[index].substr(1, wanted[index].size() - 2)}] =
                given[index];
        } else if (given[index] == wanted[index]) {
            ++words;
        } else {
            return std::nullopt;
        }
    }
    return words;
}

}  // namespace

std::string_view name_of(http::Method method) {
    switch (method) {
        case http::Method::get: return "GET";
        case http::Method::head: return "HEAD";
        case http::Method::post: return "POST";
        case http::Method::put: return "PUT";
        case http::Method::patch: return "PATCH";
        case http::Method::delete_: return "DELETE";
        default: return "";
    }
}

Match match(const Table& table, http::Method method, std::string_view path) {
    const auto wanted = method == http::Method::head ? http::Method::get : method;
    Match best;
    std::size_t best_words = 0;
    for (const auto& route : table.routes()) {
        std::map<std::string, std::string, std::less<>> arguments;
        const auto words = fit(path, route.path, arguments);
        if (!words || (*words < best_words)) continue;
        if (*words > best_words) best = {};
        best_words = *words;
        best.allowed.emplace_back(name_of(route.method));
        if (route.method == http::Method::get) best.allowed.emplace_back("HEAD");
        if (route.method != wanted) continue;
        best.route = &route;
        best.arguments = std::move(arguments);
    }
    return best;
}

}  // namespace rhumb::manager
