#include "doctor/name_judge.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rhumb::doctor {

namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

constexpr std::array rules{
    Rule{
        "name.unresolved", error, "a name that leads nowhere",
        "Enter the name into the DNS of your network (A for IPv4, AAAA for IPv6), or into the hosts file "
        "of each client."},
    Rule{
        "name.no-answer", error, "name servers that do not answer",
        "Look into /etc/resolv.conf which name servers this machine asks, and whether they are reached."},
    Rule{"name.family-unreachable", warning,
         "one of IPv4 and IPv6 (or one of several addresses) leads to nobody",
         "Let the server listen at that address as well, or take the address out of the DNS."},
    Rule{"name.addresses-differ", warning, "addresses of one name show different certificates",
         "Let all addresses of the name lead to the same server, or give all servers the same "
         "certificate."},
    Rule{"name.own-unresolved", note, "a name of a site of ours that this machine does not find",
         "Enter the name into the DNS of your network, unless clients find it another way."},
    Rule{
        "tls.other-terminator", warning,
        "a name of a site of ours that leads elsewhere, where another certificate is shown",
        "Install the certificate on the proxy or firewall that stands there, or enter this machine's "
        "address into the DNS."},
    Rule{"port.refused", error, "nobody listens on the port",
         "Start the server, or look on which port it listens: `rhumb status` on its machine."},
    Rule{
        "port.filtered", error, "the port does not answer at all",
        "Open the port in the firewalls on the way and on the machine itself, and forward it where a "
        "router stands before it."},
    Rule{"port.unreachable", error, "no way leads to the address",
         "Look whether the address is right, and whether this machine's network leads there."},
};

std::string seconds(std::chrono::milliseconds limit) {
    return fmt::format("{:.3g} s", static_cast<double>(limit.count()) / 1000);
}

std::string_view family_of(const net::Address& address) { return is_v6(address) ? "IPv6" : "IPv4"; }

Finding closed(const Target& target, const std::vector<Contact>& contacts,
               std::chrono::milliseconds limit) {
    using Fault = net::DialFault;
    const auto has = [&](Fault fault) {
        return std::ranges::any_of(contacts,
                                   [fault](const Contact& c) { return c.fault->fault == fault; });
    };
    std::vector<std::string> where;
    for (const auto& one : contacts) where.push_back(one.address.to_string());
    const auto all = text::join(where, ", ");
    if (has(Fault::refused))
        return found(rule(rules, "port.refused"), target.origin(),
                     fmt::format("The machine is there, but nobody listens on port {} ({}).",
                                 target.port, all));
    if (has(Fault::timed_out))
        return found(
            rule(rules, "port.filtered"), target.origin(),
            fmt::format("Within {}, port {} did not answer ({}): a firewall swallows what is "
                        "sent there, or there is no such machine.",
                        seconds(limit), target.port, all));
    return found(rule(rules, "port.unreachable"), target.origin(),
                 fmt::format("No connection to {} can be made from here: {}.", all,
                             contacts.front().fault->reason));
}

std::string name_of(const Target& target) {
    return target.unicode == target.host || target.unicode.empty()
               ? fmt::format("«{}»", target.host)
               : fmt::format("«{}» ({})", target.unicode, target.host);
}

}  // namespace

std::span<const Rule> name_rules() { return rules; }

std::vector<Finding> judge_name(const Target& target, const Resolution& resolution) {
    switch (resolution.outcome) {
        case Resolution::Outcome::found: return {};
        case Resolution::Outcome::no_answer:
            return {found(rule(rules, "name.no-answer"), target.origin(),
                          fmt::format("The name {} could not be looked up: {}.", name_of(target),
                                      resolution.reason))};
        case Resolution::Outcome::unknown: break;
    }
    auto finding =
        found(rule(rules, "name.unresolved"), target.origin(),
              fmt::format("The name {} leads nowhere: {}.", name_of(target), resolution.reason));
    if (target.host.ends_with(".local"))
        finding.remedy =
            "Names that end in .local are found by multicast DNS: this machine needs "
            "libnss-mdns, and the other one avahi-daemon; a name in the DNS serves better.";
    return {finding};
}

JudgedContacts judge_contacts(const Target& target, const std::vector<Contact>& contacts,
                              std::chrono::milliseconds limit) {
    JudgedContacts judged;
    if (contacts.empty()) return judged;
    if (std::ranges::none_of(contacts, &Contact::is_connected)) {
        judged.findings.push_back(closed(target, contacts, limit));
        return judged;
    }
    for (const auto& one : contacts) {
        // «localhost» is both 127.0.0.1 and ::1, and clients try the other at once.
        if (one.is_connected() || is_loopback(one.address)) continue;
        if (one.fault->fault == net::DialFault::unreachable ||
            one.fault->fault == net::DialFault::other) {
            judged.untried.push_back(fmt::format("{} {} could not be tried from here: {}",
                                                 family_of(one.address), one.address.to_string(),
                                                 one.fault->reason));
            continue;
        }
        judged.findings.push_back(
            found(rule(rules, "name.family-unreachable"), target.origin(),
                  fmt::format("The name {} leads to {} ({}) as well, and nobody answers there: {}.",
                              name_of(target), one.address.to_string(), family_of(one.address),
                              one.fault->reason)));
    }
    return judged;
}

std::vector<Finding> judge_shown(const Target& target, const std::vector<Shown>& shown) {
    if (shown.empty()) return {};
    const auto& first = shown.front();
    for (const auto& one : shown) {
        if (one.fingerprint == first.fingerprint) continue;
        const auto what = one.fingerprint.empty() ? fmt::format("none: {}", one.fault)
                                                  : std::string{"another one"};
        return {
            found(rule(rules, "name.addresses-differ"), target.origin(),
                  fmt::format("The name {} leads to different servers: {} ({}) shows one "
                              "certificate, {} ({}) {}.",
                              name_of(target), first.address.to_string(), family_of(first.address),
                              one.address.to_string(), family_of(one.address), what))};
    }
    return {};
}

std::vector<Finding> judge_elsewhere(const Elsewhere& elsewhere) {
    const auto about = fmt::format("https://{}", elsewhere.host);
    if (elsewhere.resolution.outcome != Resolution::Outcome::found)
        return {found(
            rule(rules, "name.own-unresolved"), about,
            fmt::format("A site answers to «{}», but this machine does not find that name: {}.",
                        elsewhere.host, elsewhere.resolution.reason))};
    for (const auto& one : elsewhere.shown) {
        if (std::ranges::find(elsewhere.own, one.address.ip) != elsewhere.own.end()) continue;
        if (one.fingerprint.empty() ||
            std::ranges::find(elsewhere.ours, one.fingerprint) != elsewhere.ours.end())
            continue;
        return {
            found(rule(rules, "tls.other-terminator"), about,
                  fmt::format("The name «{}» leads to {}, which is not this machine, and another "
                              "certificate than that of this installation is shown there.",
                              elsewhere.host, one.address.to_string()))};
    }
    return {};
}

}  // namespace rhumb::doctor
