#include "site/explanation.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "config/words.h"
#include "policy/rules.h"

namespace rhumb::site {
namespace {

bool is_at(const config::Site& site, bool https, std::uint16_t port) {
    return std::ranges::any_of(site.bindings, [&](const config::Binding& binding) {
        return binding.https == https && (binding.port == port || binding.public_port == port);
    });
}

/// 0: the name is not the site's; the nearer the name, the more.
std::size_t nearness(const config::Site& site, std::string_view host) {
    if (site.host_names.empty()) return 1;
    std::size_t nearest = 0;
    for (const std::string_view name : site.host_names) {
        if (name == host) return 1000;
        if (name.starts_with("*.") && host.size() > name.size() - 1 &&
            host.ends_with(name.substr(1)))
            nearest = std::max(nearest, name.size());
    }
    return nearest;
}

}  // namespace

const config::Site* find_site(const config::Document& document, bool https, std::string_view host,
                              std::uint16_t port) {
    const config::Site* found = nullptr;
    std::size_t best = 0;
    for (const auto& site : document.sites) {
        const auto its = is_at(site, https, port) ? nearness(site, host) : 0;
        if (its <= best) continue;
        best = its;
        found = &site;
    }
    return found;
}

Answerer find_answerer(const config::Site& site, std::string_view path) {
    std::vector<Answerer> answerers;
    for (const auto* own : {"/login", "/logout", "/account"})
        answerers.push_back({own, "pages for signing in", false, true});
    for (const auto& location : site.locations) {
        if (location.handler != config::HandlerKind::gis) continue;
        for (const auto* service : {"/tokens", "/admin/generateToken"})
            answerers.push_back({location.path + service, "token service", true, true});
    }
    for (const auto& location : site.locations) {
        const bool is_rule_alone = location.handler == config::HandlerKind::files &&
                                   !location.root && !location.index && !location.listing;
        if (is_rule_alone) continue;
        answerers.push_back({location.path,
                             std::string{config::word_for(location.handler, config::handler_words)},
                             location.handler == config::HandlerKind::gis,
                             location.handler == config::HandlerKind::api});
    }
    Answerer nearest;
    for (auto& one : answerers) {
        const bool is_nearer = nearest.path == "/" || one.path.size() > nearest.path.size();
        if (is_nearer && policy::covers(one.path, path, one.is_gis)) nearest = std::move(one);
    }
    return nearest;
}

}  // namespace rhumb::site
