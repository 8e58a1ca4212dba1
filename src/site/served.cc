#include "site/served.h"

#include <algorithm>

#include "base/text.h"
#include "pki/names.h"

namespace rhumb::site {

namespace {

/// The named ones that fit as well as `least` says, one of each family.
tls::CredentialGroup group_of(const std::vector<certs::CredentialPointer>& named,
                              const certs::CredentialSet& certificates,
                              std::string_view server_name, certs::Fit least) {
    tls::CredentialGroup group;
    for (const auto& credential : named) {
        if (certificates.fit(credential, server_name) >= least)
            tls::add_to_group(group, credential);
    }
    return group;
}

}  // namespace

Choice choose(const config::Site& site, const config::Binding& binding,
              std::string_view server_name, const certs::CredentialSet& certificates) {
    using Reason = Choice::Reason;
    bool is_automatic = false;
    std::vector<certs::CredentialPointer> named;
    for (const auto& name : site.certificates_of(binding)) {
        if (name == config::automatic)
            is_automatic = true;
        else if (auto found = certificates.find_by_name(name))
            named.push_back(std::move(found));
    }
    for (const auto fit : {certs::Fit::exact, certs::Fit::wildcard}) {
        auto group = group_of(named, certificates, server_name, fit);
        if (!group.empty()) return {std::move(group), Reason::named, true};
    }
    if (is_automatic || named.empty()) {
        auto fitting = certificates.find_by_host(server_name);
        if (!fitting.empty()) return {std::move(fitting), Reason::fitting, true};
    }
    if (site.strict_sni && !server_name.empty()) return {};
    auto group = group_of(named, certificates, server_name, certs::Fit::none);
    if (!group.empty()) return {std::move(group), Reason::named, false};
    group = certificates.default_group();
    const auto reason = group.empty() ? Reason::none : Reason::fallback;
    return {std::move(group), reason, false};
}

namespace {

Served served_for(const config::Site& site, const config::Binding& binding, std::string host,
                  const certs::CredentialSet& certificates) {
    // Any one label stands for the star.
    const auto asked = host.starts_with("*.") ? "any" + host.substr(1) : host;
    Served served{
        site.name, binding, std::move(host), choose(site, binding, asked, certificates), {}};
    for (const auto& credential : served.choice.credentials)
        served.certificates.emplace_back(certificates.name_of(credential));
    return served;
}

/// Among the sites of one endpoint, those that claim a host by name.
bool is_claimed_by_another(const config::Document& document, const config::Site& site,
                           const config::Binding& binding, const std::string& host) {
    return std::ranges::any_of(document.sites, [&](const config::Site& other) {
        const bool is_there =
            &other != &site && std::ranges::any_of(other.bindings, [&](const auto& one) {
                return one.is_at(binding);
            });
        return is_there && std::ranges::find(other.host_names, host) != other.host_names.end();
    });
}

/// A client that comes by an address names no host in its handshake (RFC 6066 section 3).
bool is_address(const std::string& host) {
    const auto name = pki::Name::parse(host);
    return name && name->is_ip();
}

}  // namespace

std::vector<Served> all_served(const config::Document& document,
                               const certs::CredentialSet& certificates) {
    std::vector<Served> all;
    const auto hosts = certificates.hosts();
    for (const auto& site : document.sites) {
        for (const auto& binding : site.bindings) {
            if (!binding.https) continue;
            for (const auto& host : site.host_names)
                all.push_back(served_for(site, binding, host, certificates));
            if (!site.host_names.empty()) continue;
            const auto usual = served_for(site, binding, "", certificates);
            all.push_back(usual);
            for (const auto& host : hosts) {
                if (is_address(host) || is_claimed_by_another(document, site, binding, host))
                    continue;
                auto served = served_for(site, binding, host, certificates);
                if (served.certificates != usual.certificates) all.push_back(std::move(served));
            }
        }
    }
    return all;
}

std::vector<std::string> uses_of(std::string_view certificate, const config::Document& document,
                                 const certs::CredentialSet& certificates) {
    const auto is_it = [&](std::string_view name) { return text::iequals(name, certificate); };
    std::vector<std::string> uses;
    const auto add = [&](const std::string& site, const config::Binding& binding,
                         const std::string& rest) {
        uses.push_back(fmt::format("site «{}», {}{}", site, binding.to_text(), rest));
    };
    for (const auto& served : all_served(document, certificates)) {
        if (std::ranges::none_of(served.certificates, is_it)) continue;
        add(served.site, served.binding, served.host.empty() ? "" : ", for " + served.host);
    }
    for (const auto& site : document.sites) {
        for (const auto& binding : site.bindings) {
            const auto begin = fmt::format("site «{}», {}", site.name, binding.to_text());
            const bool is_said = std::ranges::any_of(uses, [&](const std::string& use) {
                return use == begin || use.starts_with(begin + ",");
            });
            if (binding.https && !is_said &&
                std::ranges::any_of(site.certificates_of(binding), is_it))
                add(site.name, binding, ", by name");
        }
    }
    return uses;
}

}  // namespace rhumb::site
