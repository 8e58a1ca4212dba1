#pragma once
/// The authority of a URL (RFC 3986 section 3.2) in its parts, as texts: what is good in them is
/// for the caller to say. Included by this module alone.

#include <cstdint>
#include <optional>
#include <string_view>

namespace rhumb::config {

struct Authority {
    std::string_view host;  ///< without brackets
    bool has_brackets = false;
    std::string_view
        port;  ///< what stands after the host, with its colon; "" when there is nothing
};

/// Nothing when a bracket is not closed.
std::optional<Authority> split_authority(std::string_view text);

/// The number in ":443"; nothing when it is none, or more than 65535.
std::optional<std::uint16_t> parse_port(std::string_view text);

}  // namespace rhumb::config
