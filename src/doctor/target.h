#pragma once
/// What a person asks the doctor about: a URL, a name, an address, with or without a port.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::doctor {

/// A server, and a path on it. A value; parse_target() makes good ones.
struct Target {
    bool https = true;
    std::string host{};  ///< lower case, A-labels (xn--…); an IP address without brackets
    bool is_ip = false;  ///< `host` is a literal address
    std::uint16_t port = 443;
    std::string path = "/";   ///< with the query, if there was one; never empty, no fragment
    bool has_port = false;    ///< the person named a port
    bool has_scheme = false;  ///< the person named http or https
    std::string unicode{};    ///< `host` in its own letters, for people only

    /// "https://gis.example.org", "https://[::1]:8443": without the port that its scheme has
    /// anyway.
    std::string origin() const;
    /// origin() and path.
    std::string url() const { return origin() + path; }
    /// The host as it stands in a URL: an IPv6 address in brackets.
    std::string url_host() const;

    bool operator==(const Target&) const = default;
};

/// Reads "https://gis.example.org:8443/arcgis?f=json", "gis.example.org", "gis.example.org:8443",
/// "192.0.2.7", "[2001:db8::1]:443", "2001:db8::1", "Bücher.example". Without a scheme it is https,
/// but for port 80, which is http. `invalid`, with the remedy: another scheme than http and https,
/// a user or password in the URL, a wildcard, a name or port that cannot be.
Result<Target> parse_target(std::string_view text);

}  // namespace rhumb::doctor
