#pragma once
/// Where readers put what they find wrong.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/parse.h"
#include "config/tree.h"

namespace rhumb::config {

/// Collects diagnostics of one text; the first `count_max` errors and warnings are kept.
class Report {
public:
    static constexpr std::size_t count_max = 100;

    explicit Report(std::string file_name) : file_name_{std::move(file_name)} {}

    template <class... Arguments>
    void error(Place place, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        add(errors_, place, fmt::format(format, std::forward<Arguments>(arguments)...));
    }
    template <class... Arguments>
    void warning(Place place, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        add(warnings_, place, fmt::format(format, std::forward<Arguments>(arguments)...));
    }

    /// Sorted by place.
    std::vector<Diagnostic> take_errors();
    std::vector<Diagnostic> take_warnings();

private:
    void add(std::vector<Diagnostic>& to, Place place, std::string message);

    std::string file_name_;
    std::vector<Diagnostic> errors_;
    std::vector<Diagnostic> warnings_;
};

/// `text` as a message may show it: «text», cut when it is long, without control characters.
std::string shown(std::string_view text);

}  // namespace rhumb::config
