#pragma once
/// Which site and which part of it answer for an address, by the configuration alone: as the server
/// finds them.

#include <cstdint>
#include <string>
#include <string_view>

#include "config/document.h"

namespace rhumb::site {

/// As Hosts::find() (site/sites.h) for who comes to a port over a scheme: the exact name, then the
/// longest wildcard, then the site without names. Null: nobody's (421), or nothing listens there.
const config::Site* find_site(const config::Document& document, bool https, std::string_view host,
                              std::uint16_t port);

/// Who answers at a path of a site.
struct Answerer {
    std::string path = "/";
    std::string handler = "files";  ///< a word of the configuration, "pages for signing in", "token
                                    ///< service"
    bool is_gis = false;
    bool is_entrance = false;  ///< over HTTPS alone: signing in, the token service, administration
};

Answerer find_answerer(const config::Site& site, std::string_view path);

}  // namespace rhumb::site
