#include "config/network.h"

#include <algorithm>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/text.h"
#include "config/report.h"

namespace rhumb::config {
namespace {

constexpr std::uint32_t ipv4_bits = 32;
constexpr std::uint32_t ipv6_bits = 128;
constexpr std::uint32_t mapped_bits = 96;
constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// One address as a network; nothing for what is none.
std::optional<Network> parse_address(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.empty() || text.size() >= terminated.size() ||
        text.find('\0') != std::string_view::npos)
        return {};
    std::ranges::copy(text, terminated.begin());
    Network network;
    network.is_ipv6 = text.find(':') != std::string_view::npos;
    network.prefix = network.is_ipv6 ? ipv6_bits : ipv4_bits;
    if (::inet_pton(network.is_ipv6 ? AF_INET6 : AF_INET, terminated.data(),
                    network.bytes.data()) != 1)
        return {};
    return network;
}

/// IPv4 within IPv6 as the IPv4 that it is.
Network unmapped(Network network) {
    const bool is_mapped = network.is_ipv6 && network.prefix >= mapped_bits &&
                           std::equal(mapped.begin(), mapped.end(), network.bytes.begin());
    if (!is_mapped) return network;
    Network ipv4{false, {}, network.prefix - mapped_bits};
    std::copy_n(network.bytes.begin() + mapped.size(), 4, ipv4.bytes.begin());
    return ipv4;
}

void cut_to_prefix(Network& network) {
    for (std::uint32_t i = 0; i < network.bytes.size(); ++i) {
        const auto kept = std::min(network.prefix - std::min(network.prefix, i * 8), 8U);
        network.bytes[i] &= static_cast<std::uint8_t>(0xFF00U >> kept);
    }
}

}  // namespace

bool Network::contains(std::string_view ip) const {
    auto address = parse_address(ip.substr(0, ip.find('%')));
    if (!address) return false;
    *address = unmapped(*address);
    if (address->is_ipv6 != is_ipv6) return false;
    address->prefix = prefix;
    cut_to_prefix(*address);
    return address->bytes == bytes;
}

std::string Network::to_text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
    if (prefix == (is_ipv6 ? ipv6_bits : ipv4_bits)) return text.data();
    return fmt::format("{}/{}", text.data(), prefix);
}

Result<Network> parse_network(std::string_view text) {
    constexpr const char* form = "write it as in “192.0.2.7”, “192.0.2.0/24” or “2001:db8::/32”";
    const auto slash = text.find('/');
    auto network = parse_address(text.substr(0, slash));
    if (!network)
        return fail(ErrorKind::invalid, "{} is neither an IP address nor a network: {}",
                    shown(text), form);
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const bool is_number = !digits.empty() && digits.size() <= 3 &&
                               digits.find_first_not_of("0123456789") == std::string_view::npos;
        const auto prefix = is_number ? text::to_integer(digits) : std::nullopt;
        if (!prefix || *prefix > network->prefix)
            return fail(ErrorKind::invalid,
                        "{} has no number from 0 to {} after its slash (how many bits count): {}",
                        shown(text), network->prefix, form);
        network->prefix = static_cast<std::uint32_t>(*prefix);
    }
    *network = unmapped(*network);
    cut_to_prefix(*network);
    return *network;
}

}  // namespace rhumb::config
