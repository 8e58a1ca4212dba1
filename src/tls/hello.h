#pragma once
/// A ClientHello, byte by byte: what OpenSSL would no longer say. For looking at servers only; no
/// handshake can be finished with it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tls/wire.h"

namespace rhumb::tls {

struct HelloOrder {
    /// The highest version offered. With TLS 1.3 nothing lower is, unless `offers_lower`.
    Version version = Version::tls_1_2;
    bool offers_lower = false;  ///< with TLS 1.3: down to TLS 1.0, too
    std::vector<std::uint16_t> suites{};
    std::vector<std::uint16_t> groups{};
    std::string server_name{};  ///< "" or an IP address: none is sent
    bool offers_compression = false;
    /// TLS 1.3: a key share of X25519 (32 random bytes: somebody's public key). Without one the
    /// server has to say which group it wants (RFC 8446 section 4.2.8).
    bool has_key_share = false;
    bool wants_staple = false;
};

/// The record with the message, ready to be sent. `random`: 64 bytes that nobody knows before.
std::string client_hello(const HelloOrder& order, std::string_view random);

}  // namespace rhumb::tls
