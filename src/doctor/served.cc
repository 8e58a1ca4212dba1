#include "doctor/served.h"

#include <algorithm>
#include <set>

#include "certs/authority.h"
#include "certs/credentials.h"
#include "certs/inventory.h"
#include "certs/key_rotation.h"
#include "doctor/name_judge.h"
#include "doctor/tls_look.h"
#include "storage/store.h"
#include "tls/probe.h"

namespace rhumb::doctor {

namespace {

tls::Profile profile_of(config::TlsProfile profile) {
    switch (profile) {
        case config::TlsProfile::modern: return tls::Profile::modern;
        case config::TlsProfile::intermediate: return tls::Profile::intermediate;
        case config::TlsProfile::old: return tls::Profile::old;
    }
    return tls::Profile::intermediate;
}

/// Where we reach a binding ourselves.
net::Address address_of(const config::Binding& binding) {
    const auto& address = binding.address;
    if (address == "*" || address == "0.0.0.0") return {"127.0.0.1", binding.port};
    return {address == "::" ? "::1" : address, binding.port};
}

/// A name that the host stands for: of all below a wildcard, one that nobody has.
std::string name_for(const std::string& host) {
    return host.starts_with("*.") ? "rhumb-doctor" + host.substr(1) : host;
}

/// By which name to ask where any is answered: one that people are told, if the certificate is for
/// it, else the certificate's own first.
std::string name_among(const std::vector<std::string>& hosts, const site::Served& served) {
    if (served.choice.credentials.empty())
        return hosts.empty() ? address_of(served.binding).ip : hosts.front();
    const auto& leaf = served.choice.credentials.front()->chain().leaf();
    for (const auto& host : hosts)
        if (leaf.matches_host(host)) return host;
    const auto names = leaf.names();
    return names.empty() ? address_of(served.binding).ip : name_for(names.front().text());
}

Target target_of(bool https, const std::string& host, std::uint16_t port) {
    Target target{.https = https, .host = host, .port = port, .has_port = true, .has_scheme = true};
    target.is_ip = pki::Name::parse(host).map(&pki::Name::is_ip).value_or(false);
    target.unicode = host;
    return target;
}

ServerOrder order_for(const config::Document& document, const site::Served& served,
                      const std::vector<std::string>& hosts,
                      const std::vector<pki::Certificate>& roots) {
    ServerOrder order;
    const bool is_any = served.host.empty();
    order.target = target_of(true, is_any ? name_among(hosts, served) : name_for(served.host),
                             served.binding.port);
    order.address = address_of(served.binding);
    Promise promise{.roots = roots, .site = served.site};
    for (const auto& credential : served.choice.credentials)
        promise.fingerprints.push_back(credential->chain().leaf().fingerprint_sha256());
    const auto site = std::ranges::find(document.sites, served.site, &config::Site::name);
    if (site != document.sites.end()) {
        promise.profile = profile_of(site->tls);
        promise.is_named =
            std::ranges::find(site->host_names, served.host) != site->host_names.end() &&
            !served.host.starts_with("*.");
        // The site's http, where it is at the same address.
        for (const auto& binding : site->bindings)
            if (!binding.https && !order.clear_port && address_of(binding).ip == order.address->ip)
                order.clear_port = binding.port;
    }
    order.promise = std::move(promise);
    return order;
}

/// In the clear there is one order for each place: the same answers to all names.
void add_clear(const config::Document& document, const std::vector<std::string>& hosts,
               std::vector<ServerOrder>& orders) {
    std::set<std::pair<std::string, std::uint16_t>> known;
    for (const auto& site : document.sites)
        for (const auto& binding : site.bindings) {
            if (binding.https || !known.emplace(binding.address, binding.port).second) continue;
            ServerOrder order;
            const auto host = !site.host_names.empty() ? name_for(site.host_names.front())
                              : hosts.empty()          ? std::string{"localhost"}
                                                       : hosts.front();
            order.target = target_of(false, host, binding.port);
            order.address = address_of(binding);
            order.promise = Promise{.profile = profile_of(site.tls), .site = site.name};
            orders.push_back(std::move(order));
        }
}

}  // namespace

std::vector<ServerOrder> orders_for(const config::Document& document,
                                    const std::vector<site::Served>& served,
                                    const std::vector<std::string>& hosts,
                                    const std::vector<pki::Certificate>& roots) {
    std::vector<ServerOrder> orders;
    // One place is surveyed once for each profile that answers there.
    std::set<std::tuple<net::Address, tls::Profile>> surveyed;
    std::set<std::string> known;
    for (const auto& one : served) {
        // Handshakes that are refused on purpose.
        if (one.choice.credentials.empty()) continue;
        auto order = order_for(document, one, hosts, roots);
        if (!known.insert(order.address->to_string() + " " + order.target.host).second) continue;
        order.is_survey_wanted = surveyed.emplace(*order.address, order.promise->profile).second;
        orders.push_back(std::move(order));
    }
    add_clear(document, hosts, orders);
    return orders;
}

Result<std::vector<ServerOrder>> orders_of_running(const InstallationOrder& order) {
    if (!order.running || !order.process) return std::vector<ServerOrder>{};
    TRY(auto store, storage::Store::open(order.data));
    TRY(const auto seal, certs::open_seal(store, {order.data, order.master_key}));
    const certs::Inventory inventory{store, seal};
    certs::Credentials credentials;
    TRY_DONE(credentials.reload(inventory, order.clock->now()));
    TRY(const auto authorities, certs::Authority::list(store));
    std::vector<pki::Certificate> roots;
    for (const auto& authority : authorities) roots.push_back(authority.root());
    const auto& document = order.running->document;
    return orders_for(document, site::all_served(document, *credentials.current()),
                      order.running->hosts, roots);
}

void check_elsewhere(Examination& examination) {
    const auto& order = examination.order;
    if (!order.promise || !order.promise->is_named || order.target.is_ip) return;
    Elsewhere elsewhere{
        .host = order.target.host, .own = own_addresses(), .ours = order.promise->fingerprints};
    elsewhere.resolution =
        resolve(order.target.host, order.target.port, examination.left(order.limits.answer));
    constexpr std::size_t shown_max = 4;
    for (const auto& address : elsewhere.resolution.addresses) {
        const bool is_ours =
            is_loopback(address) || std::ranges::count(elsewhere.own, address.ip) > 0;
        const auto left = examination.left(order.limits.connection);
        if (is_ours || left.count() == 0 || elsewhere.shown.size() == shown_max) continue;
        const auto probed = tls::probe(
            {.address = address, .server_name = server_name_of(order.target), .limit = left});
        elsewhere.shown.push_back({address,
                                   probed ? probed->certificates.front().fingerprint_sha256() : "",
                                   probed ? "" : probed.error().message});
    }
    for (auto& finding : judge_elsewhere(elsewhere)) examination.diagnosis.find(std::move(finding));
}

}  // namespace rhumb::doctor
