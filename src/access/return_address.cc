#include "access/return_address.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb::access {

namespace {

constexpr std::size_t size_max = 2048;

bool is_page_for_signing_in(std::string_view target) {
    const auto path = target.substr(0, target.find_first_of("?#"));
    for (const std::string_view page : {"/login", "/logout"}) {
        if (!text::istarts_with(path, page)) continue;
        if (path.size() == page.size() || path[page.size()] == '/') return true;
    }
    return false;
}

}  // namespace

std::string to_return_address(std::string_view wanted) {
    if (wanted.size() > size_max || !wanted.starts_with('/')) return {};
    // Browsers read a backslash as a slash, and leave out tabs and line ends.
    if (wanted.starts_with("//") || wanted.find('\\') != std::string_view::npos) return {};
    const bool has_controls = std::ranges::any_of(
        wanted, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (has_controls || is_page_for_signing_in(wanted)) return {};
    std::string address;
    for (const char c : wanted) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = byte > 0x20 && byte < 0x7f && c != '"' && c != '<' && c != '>';
        address += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return address;
}

}  // namespace rhumb::access
