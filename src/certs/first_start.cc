#include "certs/first_start.h"

#include <algorithm>

namespace rhumb::certs {

namespace {

struct Made {
    Authority authority;
    bool is_new;
};

Result<Made> find_or_create_authority(storage::Store& store, const crypto::Seal& seal,
                                      const MachineNames& machine, Seconds now,
                                      const Actor& actor) {
    TRY(auto found, Authority::find(store));
    if (found) return Made{*std::move(found), false};
    AuthorityOptions options{.host = machine.primary, .permitted = machine.wanted, .now = now};
    // Addresses of the machine that are not private may be another's tomorrow: only those asked for
    // are permitted.
    for (const auto& name : machine.own)
        if (!name.is_ip()) options.permitted.push_back(name);
    auto made = Authority::create(store, seal, options, actor);
    if (made) return Made{*std::move(made), true};
    if (made.error().kind != ErrorKind::conflict) return tl::unexpected(std::move(made).error());
    TRY(found, Authority::find(store));  // another program was first
    if (!found) return tl::unexpected(std::move(made).error());
    return Made{*std::move(found), false};
}

/// Adds the certificate `auto` where there is none; false when there is one.
Result<bool> add_certificate(storage::Store& store, const crypto::Seal& seal,
                             const Authority& authority, const MachineNames& machine, Seconds now,
                             const Actor& actor) {
    TRY(const auto present,
        store.read([](const storage::View& view) { return view.find_certificate(auto_name); }));
    if (present) return false;
    TRY(auto issued,
        authority.issue(seal, machine_order(machine, leaf_names(machine, authority)), now));
    const auto added = Inventory{store, seal}.add({.name = std::string{auto_name},
                                                   .origin = storage::Origin::local_authority,
                                                   .chain = std::move(issued.chain),
                                                   .key = std::move(issued.key)},
                                                  actor, now);
    if (added) return true;
    if (added.error().kind == ErrorKind::conflict) return false;  // another program was first
    return tl::unexpected(added.error());
}

std::string choose_primary(const MachineNames& machine, const Authority& authority) {
    const auto primary = pki::Name::parse(machine.primary);
    const bool is_usable = primary && !primary->is_wildcard() && authority.permits(*primary);
    return is_usable ? machine.primary : "localhost";
}

}  // namespace

Result<Prepared> prepare(storage::Store& store, const crypto::Seal& seal, const HostFacts& facts,
                         Seconds now, const Actor& actor) {
    TRY(const auto machine, machine_names(facts));
    TRY(auto made, find_or_create_authority(store, seal, machine, now, actor));
    // An intermediate that ran out while the server was off comes first: it could sign nothing.
    TRY(auto renewal, Renewal(store, seal, actor).run_once(facts, now, false));
    TRY(auto authority, Authority::find(store));
    if (authority) made.authority = *std::move(authority);
    TRY(const bool is_certificate_new,
        add_certificate(store, seal, made.authority, machine, now, actor));
    auto primary = choose_primary(machine, made.authority);
    return Prepared{std::move(made.authority), made.is_new, is_certificate_new, std::move(primary),
                    std::move(renewal)};
}

}  // namespace rhumb::certs
