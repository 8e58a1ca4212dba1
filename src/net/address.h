#pragma once
/// An IP address and a port.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

struct sockaddr;
struct sockaddr_storage;

namespace rhumb::net {

/// An IPv4 or IPv6 address with a port; "*" (any address) is `::` with both families.
struct Address {
    std::string ip;  ///< "192.0.2.1", "2001:db8::1"; IPv4 in IPv6 is shown as IPv4
    std::uint16_t port = 0;

    /// "192.0.2.1:443", "[2001:db8::1]:443".
    std::string to_string() const;
    static Address from_socket(const sockaddr_storage& name);

    bool operator==(const Address&) const = default;
    auto operator<=>(const Address&) const = default;
};

}  // namespace rhumb::net
