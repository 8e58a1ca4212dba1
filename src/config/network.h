#pragma once
/// Networks: addresses that begin alike, as in "192.0.2.0/24", "2001:db8::/32"; one address alone
/// is one, too.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::config {

/// IPv4 within IPv6 ("::ffff:192.0.2.0/120") is IPv4.
struct Network {
    bool is_ipv6 = false;
    std::array<std::uint8_t, 16> bytes{};  ///< IPv4: the first four; zero after the prefix
    std::uint32_t prefix = 0;              ///< how many bits count

    bool operator==(const Network&) const = default;

    /// False for what is no address. A zone ("fe80::1%eth0") counts for nothing.
    bool contains(std::string_view ip) const;
    /// In its shortest form; without the prefix when it is one address.
    std::string to_text() const;
};

/// `invalid` for what is neither address nor network. Bits after the prefix are taken for zero.
Result<Network> parse_network(std::string_view text);

}  // namespace rhumb::config
