#include "config/authority.h"

#include "base/text.h"

namespace rhumb::config {

std::optional<Authority> split_authority(std::string_view text) {
    Authority authority;
    authority.has_brackets = text.starts_with('[');
    const auto end = text.find(authority.has_brackets ? ']' : ':');
    if (end == std::string_view::npos) {
        if (authority.has_brackets) return std::nullopt;
        authority.host = text;
        return authority;
    }
    authority.host = authority.has_brackets ? text.substr(1, end - 1) : text.substr(0, end);
    authority.port = text.substr(authority.has_brackets ? end + 1 : end);
    return authority;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    if (!text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    const auto number = text::to_integer(text);
    if (!number || *number > 65535) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
}

}  // namespace rhumb::config
