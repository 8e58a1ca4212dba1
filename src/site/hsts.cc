#include "site/hsts.h"

#include <algorithm>

#include "pki/names.h"
#include "site/served.h"

namespace rhumb::site {

namespace {

/// A name that browsers remember for itself.
bool is_worth_remembering(std::string_view host) {
    if (host == "localhost" || host.ends_with(".localhost")) return false;
    const auto name = pki::Name::parse(host);
    return name && name->kind() == pki::Name::Kind::dns;
}

}  // namespace

std::string_view Hsts::value(const http::Request& request, const config::Site& site,
                             const config::Binding& binding) const {
    if (!request.channel->is_secure) return {};
    if (site.hsts == config::Hsts::off && !forgetting_->contains(site.name)) return {};
    std::string_view host = request.host;
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host != request.channel->server_name || !is_worth_remembering(host)) return {};
    if (!is_shown_well(site, binding, host)) return {};
    switch (site.hsts) {
        case config::Hsts::off: return "max-age=0";
        case config::Hsts::minutes: return "max-age=300";
        case config::Hsts::week: return "max-age=604800";
        case config::Hsts::year: return "max-age=31536000";
    }
    return {};
}

bool Hsts::is_shown_well(const config::Site& site, const config::Binding& binding,
                         std::string_view host) const {
    auto set = credentials_->current();
    const auto choice = choose(site, binding, host, *set);
    if (!choice.is_for_name) return false;
    const std::lock_guard lock{mutex_};
    if (seen_ != set) {
        is_self_signed_.clear();
        seen_ = std::move(set);
    }
    return std::ranges::none_of(choice.credentials, [&](const tls::CredentialPointer& credential) {
        const auto [found, is_new] = is_self_signed_.try_emplace(credential.get(), false);
        if (is_new) found->second = credential->chain().leaf().is_self_signed();
        return found->second;
    });
}

}  // namespace rhumb::site
