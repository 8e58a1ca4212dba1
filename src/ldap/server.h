#pragma once
/// Where a directory is: "ldaps://directory.example.org:636".

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::ldap {

struct Server {
    std::string host{};  ///< a name or an address, without brackets
    std::uint16_t port = 0;
    bool is_ldaps = false;  ///< TLS from the first byte

    /// "ldaps://directory.example.org:636".
    std::string to_string() const;
    bool operator==(const Server&) const = default;
};

/// `ldap://host`, `ldaps://host`, with a port if wanted (389 and 636 else), and nothing behind it
/// but a slash. `invalid` says what is wrong.
Result<Server> parse_server(std::string_view url);

}  // namespace rhumb::ldap
