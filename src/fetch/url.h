#pragma once
/// URLs of the Web, taken apart once: http and https alone.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::fetch {

/// An absolute http or https URL without its fragment. Users and passwords in it are dropped.
struct Url {
    bool is_https = true;
    std::string host{};  ///< lower case, no final dot, an IPv6 address without brackets
    std::uint16_t port = 443;
    std::string path = "/";
    std::string query{};  ///< without the question mark

    /// "https://gis.example.org:8443": with the port only where it is not the scheme's own.
    std::string origin() const;
    /// Path and query: what stands in a request's first line.
    std::string target() const;
    /// All of it.
    std::string text() const { return origin() + target(); }
    /// True when the port is the one that its scheme has anyway.
    bool has_default_port() const { return port == (is_https ? 443 : 80); }

    bool operator==(const Url&) const = default;
};

/// `invalid`: no URL, or of another scheme than http and https. Blanks around it and line breaks in
/// it do not count, as in browsers.
Result<Url> parse_url(std::string_view text);

/// What `reference` ("../a", "//host/b", "?c", "https://…") means in a document at `base` (RFC 3986
/// section 5). `invalid` as above: also for mailto:, data: and their like.
Result<Url> resolve_url(const Url& base, std::string_view reference);

}  // namespace rhumb::fetch
