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

/// The value of `name` ("for=") in one element of Forwarded.
std::optional<std::string_view> value_in(std::string_view element, std::string_view name) {
    for (const auto pair : text::split(element, ';')) {
        const auto trimmed = text::trim(pair);
        if (!text::istarts_with(trimmed, name)) continue;
        auto value = trimmed.substr(name.size());
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return value;
    }
    return std::nullopt;
}

struct Walk {
    std::string ip;            ///< as far as it is known
    std::string_view entry{};  ///< the one that says so; "": none
};

/// What a field says, from its end; `here` is the address that sent it.
Walk walk(std::string here, std::string_view field, bool is_forwarded,
          const TrustedProxies& proxies) {
    Walk walk{std::move(here)};
    auto entries = text::split(field, ',');
    std::ranges::reverse(entries);
    std::size_t seen = 0;
    for (const auto entry : entries) {
        if (++seen > entries_max || !proxies.trusts(walk.ip)) break;
        const auto value = is_forwarded ? value_in(entry, "for=") : std::optional{entry};
        auto ip = value ? to_ip(*value) : std::nullopt;
        if (!ip) break;  // "unknown", a name of its own: further on nothing is known
        walk = {*std::move(ip), entry};
    }
    return walk;
}

bool is_https(std::string_view scheme) { return text::iequals(text::trim(scheme), "https"); }

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
    if (forwarded.empty()) return walk(peer, x_forwarded, false, proxies).ip;
    auto by_standard = walk(peer, forwarded, true, proxies).ip;
    if (x_forwarded.empty()) return by_standard;
    return walk(peer, x_forwarded, false, proxies).ip == by_standard ? by_standard : peer;
}

std::optional<bool> is_secured_by_proxy(const http::Request& request,
                                        const TrustedProxies& proxies) {
    const auto& peer = request.channel->remote.ip;
    if (!proxies.end_tls() || !proxies.trusts(peer)) return std::nullopt;
    std::optional<bool> said;
    if (request.headers.has("x-forwarded-proto")) {
        // Several proxies, one after the other: a part of the way in the clear is all of it.
        const auto schemes = request.headers.joined("x-forwarded-proto");
        said = std::ranges::all_of(text::split(schemes, ','), is_https);
    }
    const auto forwarded = request.headers.joined("forwarded");
    const auto entry = walk(peer, forwarded, true, proxies).entry;
    if (const auto scheme = value_in(entry, "proto="))
        said = is_https(*scheme) && said.value_or(true);
    return said;
}

}  // namespace rhumb::access
