#include <algorithm>

#include "base/text.h"
#include "certs/credentials.h"
#include "certs/inventory.h"
#include "certs/renewal_plan.h"
#include "certs/revocation_lists.h"
#include "crypto/master_key.h"
#include "crypto/random.h"
#include "doctor/installation_look.h"
#include "site/served.h"

namespace rhumb::doctor {

namespace {

/// A seal of the keys at hand; where there are none, one that opens nothing: enough to list.
Result<crypto::Seal> seal_of(const InstallationOrder& order) {
    const crypto::MasterKeyPlace place{order.data, order.master_key};
    if (auto key = crypto::load_master_key(place)) {
        std::vector<crypto::Secret> keys;
        keys.push_back(*std::move(key));
        if (auto next = crypto::load_next_master_key(place); next && *next)
            keys.push_back(**std::move(next));
        return crypto::Seal::make(std::move(keys));
    }
    TRY(auto none, crypto::random_secret(crypto::Seal::key_size));
    return crypto::Seal::make(std::move(none));
}

void look_at_named(const config::Document& document, const std::vector<certs::Entry>& entries,
                   CertificatesSeen& seen) {
    for (const auto& site : document.sites) {
        for (const auto& binding : site.bindings) {
            if (!binding.https) continue;
            for (const auto& name : site.certificates_of(binding)) {
                const bool is_there = name == config::automatic ||
                                      std::ranges::any_of(entries, [&](const auto& entry) {
                                          return text::iequals(entry.record.name, name);
                                      });
                if (!is_there) seen.missing.push_back({site.name, binding.to_text(), "", name});
            }
        }
    }
}

/// What would be shown to whom. Empty where no key opens: then that is the fault, and not this.
Result<void> look_at_shown(const config::Document& document, const certs::Inventory& inventory,
                           Seconds now, CertificatesSeen& seen) {
    certs::Credentials credentials;
    TRY(const auto left_out, credentials.reload(inventory, now));
    const auto set = credentials.current();
    for (const auto& served : site::all_served(document, *set)) {
        for (auto& certificate : seen.certificates)
            if (std::ranges::find(served.certificates, certificate.name) !=
                served.certificates.end())
                certificate.is_shown = true;
        // Where a server runs, hosts are asked for on the wire.
        if (seen.is_running || served.choice.reason != site::Choice::Reason::named ||
            served.choice.is_for_name || served.host.empty() || served.certificates.empty())
            continue;
        seen.uncovered.push_back(
            {served.site, served.binding.to_text(), served.host, served.certificates.front()});
    }
    return {};
}

void look_at_inventory(const std::vector<certs::Entry>& entries, Seconds now,
                       CertificatesSeen& seen) {
    for (const auto& entry : entries) {
        const auto plan = certs::plan_of(entry);
        seen.certificates.push_back({.name = entry.record.name,
                                     .health = certs::health_of(entry, now),
                                     .not_after = entry.record.not_after,
                                     .is_automatic = plan.is_automatic(),
                                     .failures = plan.failures,
                                     .last_error = plan.last_error});
    }
}

Result<void> look_at_lists(const storage::Store& store, const certs::Authority& authority,
                           Seconds now, CertificatesSeen& seen) {
    TRY(const auto lists, certs::current_crls(store));
    const auto look = [&](const pki::Certificate& signer) -> Result<void> {
        if (signer.not_after() < now) return {};
        TRY(const auto path, certs::crl_path(signer));
        for (const auto& list : lists)
            if (list.path == path) seen.lists.push_back({signer.common_name(), list.next_update});
        return {};
    };
    TRY_DONE(look(authority.root()));
    for (const auto& intermediate : authority.intermediates())
        TRY_DONE(look(intermediate.certificate));
    return {};
}

void look_at_clients(const InstallationOrder& order,
                     const std::vector<certs::Authority>& authorities, CertificatesSeen& seen) {
    for (const auto& anchors : order.anchors) {
        // Nobody adds to the list that browsers come with, and a file is a question of its own.
        if (anchors.kind == "public" || anchors.kind == "file") continue;
        ClientSeen client{.client = anchors.client, .command = anchors.command};
        for (const auto& authority : authorities) {
            const auto fingerprint = authority.root().fingerprint_sha256();
            const bool is_trusted = std::ranges::any_of(anchors.roots, [&](const auto& root) {
                return root.fingerprint_sha256() == fingerprint;
            });
            if (!is_trusted) continue;
            if (authority.state() == certs::AuthorityState::active) client.trusts_active = true;
            if (authority.state() == certs::AuthorityState::retired)
                client.retired.push_back({authority.name(), pki::to_colon_hex(fingerprint)});
        }
        seen.clients.push_back(std::move(client));
    }
}

}  // namespace

Result<CertificatesSeen> look_at_certificates(storage::Store& store, const InstallationOrder& order,
                                              const config::Document& document) {
    const auto now = order.clock->now();
    CertificatesSeen seen{.is_running = order.process.has_value()};
    TRY(const auto seal, seal_of(order));
    const certs::Inventory inventory{store, seal};
    TRY(const auto entries, inventory.list());
    look_at_inventory(entries, now, seen);
    look_at_named(document, entries, seen);
    TRY_DONE(look_at_shown(document, inventory, now, seen));
    TRY(const auto requests, store.read([](const storage::View& view) { return view.requests(); }));
    for (const auto& request : requests) seen.requests.push_back({request.name, request.created});
    TRY(const auto authorities, certs::Authority::list(store));
    for (const auto& one : authorities) {
        seen.authorities.push_back({one.name(), one.state(), one.root().fingerprint_sha256(),
                                    one.root().not_before(), one.root().not_after()});
        if (one.state() == certs::AuthorityState::active)
            TRY_DONE(look_at_lists(store, one, now, seen));
    }
    look_at_clients(order, authorities, seen);
    return seen;
}

}  // namespace rhumb::doctor
