#pragma once
/// Which scheme, host and port clients use for a site: what every URL begins with that is written
/// without a request to go by, or for another scheme than the request's. The ports of a document
/// given here are those that there really are (site::Running has such a one).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.h"
#include "http/message.h"

namespace rhumb::site {

/// As clients see it: where a router forwards another port, that one.
std::uint16_t public_port(const config::Binding& binding);

/// The binding that a client uses which reaches us at `local_ip`: one at that very address, else
/// one at every address, else the first of that scheme; null when there is none.
const config::Binding* find_binding(const config::Site& site, bool https,
                                    std::string_view local_ip);

/// The address of a request over HTTPS: path and query kept. "" when there is none: the site has
/// no https binding, and the public URL is not https.
std::string https_url(const http::Request& request, const config::Site& site);

/// Where its client finds the site over HTTPS, however it came: "https://gis.example.org:8443". ""
/// when there is none.
std::string https_origin(const http::Request& request, const config::Site& site);

/// The same as https_url() for a request in the clear that came to a binding which speaks https.
std::string https_url_here(const http::Request& request, const config::Binding& binding);

/// Where a person finds the site, by its first binding of that scheme: "https://gis.example.org".
/// The host is the first of `hosts`, else the site's first, else what the binding's address says.
/// "" without such a binding.
std::string origin_for_people(const config::Site& site, bool https,
                              const std::vector<std::string>& hosts);

/// Where clients that nobody has told anything find what is served in the clear (revocation lists):
/// the public URL where that is http, else the first site with an http binding and a name: one of
/// its own, else the first of `hosts`. "" when none is known.
std::string public_http_origin(const config::Document& document,
                               const std::vector<std::string>& hosts);

}  // namespace rhumb::site
