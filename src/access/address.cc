#include "access/address.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "policy/rules.h"

namespace rhumb::access {

namespace {

constexpr std::size_t entries_max = 32;

/// An address out of "192.0.2.7", "192.0.2.7:4711", "[2001:db8::1]:4711", "2001:db8::1".
std::optional<std::string> to_ip(std::string_view entry) {
    entry = text::trim(entry);
    if (entry.starts_with('[')) {
        const auto end = entry.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        entry = entry.substr(1, end - 1);
    } else if (std::ranges::count(entry, ':') == 1) {
        entry = entry.substr(0, entry.find(':'));
    }
    constexpr std::string_view mapped = "::ffff:";  // as net::Address shows them
    if (text::istarts_with(entry, mapped) && entry.find('.') != std::string_view::npos)
        entry.remove_prefix(mapped.size());
    // What is within itself is an address.
    if (entry.find('/') != std::string_view::npos || !policy::is_in_network(entry, entry))
        return std::nullopt;
    return text::to_lower(entry);
}

/// The value of "for" in one element of Forwarded.
std::optional<std::string_view> forwarded_for(std::string_view element) {
    for (const auto pair : text::split(element, ';')) {
        const auto trimmed = text::trim(pair);
        if (!text::istarts_with(trimmed, "for=")) continue;
        auto value = trimmed.substr(4);
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return value;
    }
    return std::nullopt;
}

/// What a field says, from its end; `here` is the address that sent it.
std::string walk(std::string here, const std::string& field, bool is_forwarded,
                 const TrustedProxies& proxies) {
    const auto entries = text::split(field, ',');
    std::size_t seen = 0;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        if (++seen > entries_max || !proxies.trusts(here)) break;
        const auto value = is_forwarded ? forwarded_for(*entry) : std::optional{*entry};
        const auto ip = value ? to_ip(*value) : std::nullopt;
        if (!ip) break;  // "unknown", a name of its own: further on nothing is known
        here = *ip;
    }
    return here;
}

}  // namespace

bool TrustedProxies::trusts(std::string_view ip) const {
    return std::ranges::any_of(
        networks_, [ip](const std::string& network) { return policy::is_in_network(ip, network); });
}

std::string client_address(const http::Request& request, const TrustedProxies& proxies) {
    const auto& peer = request.channel->remote.ip;
    if (!proxies.trusts(peer)) return peer;
    const auto x_forwarded = request.headers.joined("x-forwarded-for");
    const auto forwarded = request.headers.joined("forwarded");
    if (x_forwarded.empty() && forwarded.empty()) return peer;
    if (forwarded.empty()) return walk(peer, x_forwarded, false, proxies);
    const auto by_standard = walk(peer, forwarded, true, proxies);
    if (x_forwarded.empty()) return by_standard;
    return walk(peer, x_forwarded, false, proxies) == by_standard ? by_standard : peer;
}

}  // namespace rhumb::access
