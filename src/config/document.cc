#include "config/document.h"

#include <algorithm>
#include <utility>

namespace rhumb::config {

bool Binding::is_at(const Binding& other) const {
    return https == other.https && address == other.address && port == other.port;
}

bool Site::has_automatic_certificate() const {
    return std::any_of(bindings.begin(), bindings.end(), [this](const Binding& binding) {
        const auto& wanted = certificates_of(binding);
        return binding.https && std::find(wanted.begin(), wanted.end(), automatic) != wanted.end();
    });
}

std::string_view GisService::folder() const {
    const auto slash = name.find('/');
    return slash == std::string::npos ? std::string_view{}
                                      : std::string_view{name}.substr(0, slash);
}

std::string_view GisService::short_name() const {
    const auto slash = name.find('/');
    return slash == std::string::npos ? std::string_view{name}
                                      : std::string_view{name}.substr(slash + 1);
}

Document Document::with_defaults(std::uint16_t http_port, std::uint16_t https_port,
                                 std::string root, std::string instance) {
    Site site;
    site.bindings = {{false, "*", http_port}, {true, "*", https_port}};
    site.root = std::move(root);
    const auto add = [&site](std::string path, HandlerKind handler) {
        auto& location = site.locations.emplace_back();
        location.path = std::move(path);
        location.handler = handler;
    };
    add("/" + instance, HandlerKind::gis);
    add("/api/v1", HandlerKind::api);
    add("/trust", HandlerKind::trust);
    add("/viewer", HandlerKind::viewer);
    std::ranges::sort(site.locations, {}, &Location::path);

    Document document;
    document.sites.push_back(std::move(site));
    document.gis.instance = std::move(instance);
    return document;
}

const Provider* Security::find_provider(std::string_view name) const {
    const auto found = std::ranges::find(providers, name, &Provider::name);
    return found == providers.end() ? nullptr : &*found;
}

}  // namespace rhumb::config
