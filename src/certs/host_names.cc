#include "certs/host_names.h"

#include <algorithm>

#include "base/text.h"
#include "pki/public_suffix.h"

namespace rhumb::certs {

namespace {

/// Addresses beyond this are left out: a machine of many containers must not make a certificate
/// that is slow to send.
constexpr std::size_t addresses_max = 32;

void add_if_name(std::vector<pki::Name>& names, std::string_view text) {
    if (auto name = pki::Name::parse(text)) names.push_back(*std::move(name));
}

/// Of link-local IPv6 addresses no URL can be made (they need a zone).
bool is_of_use(const pki::Name& address) {
    static const auto link_local = *pki::AddressRange::parse("fe80::/10");
    return address.is_ip() && !link_local.contains(address);
}

void sort_and_deduplicate(std::vector<pki::Name>& names) {
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

Result<MachineNames> machine_names(const HostFacts& facts) {
    MachineNames machine;
    for (const auto* const always : {"localhost", "127.0.0.1", "::1"})
        add_if_name(machine.own, always);
    add_if_name(machine.own, facts.host_name);
    if (!facts.host_name.empty() && facts.host_name.find('.') == std::string::npos &&
        facts.host_name != "localhost")
        add_if_name(machine.own,
                    facts.host_name + ".local");  // RFC 6762: how phones and laptops nearby find it
    for (const auto& name : facts.names) add_if_name(machine.own, name);

    std::vector<pki::Name> addresses;
    for (const auto& text : facts.addresses)
        add_if_name(addresses, std::string_view{text}.substr(0, text.find('%')));
    std::erase_if(addresses, [](const pki::Name& address) { return !is_of_use(address); });
    sort_and_deduplicate(addresses);
    if (addresses.size() > addresses_max)
        addresses.erase(addresses.begin() + addresses_max, addresses.end());
    machine.own.insert(machine.own.end(), addresses.begin(), addresses.end());
    sort_and_deduplicate(machine.own);

    TRY(machine.wanted, pki::parse_names(facts.wanted));
    const auto host = pki::Name::parse(facts.host_name);
    machine.primary = !facts.wanted.empty() ? pki::Name::parse(facts.wanted.front())->text()
                      : host                ? host->text()
                                            : "localhost";
    return machine;
}

LeafNames leaf_names(const MachineNames& machine, const Authority& authority) {
    LeafNames chosen;
    for (const auto& name : machine.own)
        if (authority.permits(name)) chosen.names.push_back(name);
    for (const auto& name : machine.wanted)
        (authority.permits(name) ? chosen.names : chosen.refused).push_back(name);
    sort_and_deduplicate(chosen.names);
    return chosen;
}

Order machine_order(const MachineNames& machine, const LeafNames& names) {
    constexpr std::size_t common_name_size_max = 64;
    Order order;
    order.names = names.names;
    const auto primary = pki::Name::parse(machine.primary);
    const bool is_certified =
        primary && std::ranges::find(names.names, *primary) != names.names.end();
    if (is_certified && primary->text().size() <= common_name_size_max)
        order.common_name = primary->text();
    return order;
}

std::string refusal_text(const LeafNames& names, const Authority& authority) {
    std::vector<pki::Name> suffixes;
    std::vector<pki::Name> others;
    for (const auto& name : names.refused)
        (pki::is_public_suffix(name) ? suffixes : others).push_back(name);
    std::vector<std::string> sentences;
    if (!suffixes.empty())
        sentences.push_back(fmt::format(
            "{} cannot be certified: anybody can have names below a public suffix; use a name of your own below it",
            text::join(pki::to_texts(suffixes), ", ")));
    if (!others.empty())
        sentences.push_back(fmt::format(
            "the root «{}» was made for other names and cannot vouch for {}: make a new one that can (rhumb ca rotate --host {}), "
            "and have clients trust it",
            authority.name(), text::join(pki::to_texts(others), ", "),
            text::join(pki::to_texts(others), " --host ")));
    return text::join(sentences, "; ");
}

}  // namespace rhumb::certs
