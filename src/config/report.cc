#include "config/report.h"

#include <algorithm>
#include <tuple>

namespace rhumb::config {
namespace {

std::vector<Diagnostic> sorted(std::vector<Diagnostic> diagnostics) {
    std::stable_sort(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) {
                         return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                     });
    if (!diagnostics.empty() && diagnostics.back().line == UINT32_MAX) diagnostics.back().line = 0;
    return diagnostics;
}

}  // namespace

void Report::add(std::vector<Diagnostic>& to, Place place, std::string message) {
    if (to.size() < count_max) {
        to.push_back({file_name_, place.line, place.column, std::move(message)});
    } else if (to.size() == count_max) {
        // No place of its own, but it belongs after all others.
        to.push_back({file_name_, UINT32_MAX, 0, "and more; mend these first"});
    }
}

std::vector<Diagnostic> Report::take_errors() { return sorted(std::move(errors_)); }
std::vector<Diagnostic> Report::take_warnings() { return sorted(std::move(warnings_)); }

std::string shown(std::string_view text) {
    constexpr std::size_t bytes_max = 60;
    std::string out = "«";
    for (const char c : text.substr(0, bytes_max)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    if (text.size() > bytes_max) {
        // Not in the midst of a character.
        while ((static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U) out.pop_back();
        if (static_cast<unsigned char>(out.back()) >= 0xC0U) out.pop_back();
        out += "…";
    }
    return out + "»";
}

}  // namespace rhumb::config
