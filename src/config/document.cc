#include "config/document.h"

#include <fmt/format.h>

namespace rhumb::config {

std::string Binding::to_text() const {
    const bool is_ipv6 = address.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", https ? "https" : "http", is_ipv6 ? "[" : "", address,
                       is_ipv6 ? "]" : "", port);
}

std::string_view GisService::folder() const {
    const auto slash = name.find('/');
    return slash == std::string::npos ? std::string_view{} : std::string_view{name}.substr(0, slash);
}

std::string_view GisService::short_name() const {
    const auto slash = name.find('/');
    return slash == std::string::npos ? std::string_view{name} : std::string_view{name}.substr(slash + 1);
}

Document Document::with_defaults(std::uint16_t http_port, std::uint16_t https_port, std::string root) {
    Document document;
    Site site;
    site.bindings = {{false, "*", http_port}, {true, "*", https_port}};
    site.root = std::move(root);
    Location catalogue;
    catalogue.path = "/" + document.gis.instance;
    catalogue.handler = HandlerKind::gis;
    Location viewer;
    viewer.path = "/viewer";
    viewer.handler = HandlerKind::viewer;
    site.locations = {std::move(catalogue), std::move(viewer)};
    document.sites.push_back(std::move(site));
    return document;
}

}  // namespace rhumb::config
