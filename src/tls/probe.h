#pragma once
/// A look at what a TLS server shows: one handshake as a client, to see which certificates come.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/address.h"
#include "pki/certificate.h"

namespace rhumb::tls {

/// Whose signatures the client claims to understand.
enum class KeyFamily { any, ecdsa, rsa };

struct ProbeOrder {
    net::Address address{};     ///< a literal IP address and a port
    std::string server_name{};  ///< as the client sends it; "" or an IP address: none is sent
    KeyFamily family = KeyFamily::any;
    std::chrono::milliseconds limit{2'000};  ///< for connection and handshake together
};

struct Probed {
    std::vector<pki::Certificate> certificates;  ///< as they came: the leaf first; never empty
    std::string version;                         ///< "TLSv1.3"
};

/// Connects, shakes hands without trusting anybody, sends nothing, and parts. No session is
/// resumed. `unavailable`: nobody listens, or too slow; `denied`: the server knows no certificate
/// for the name; `invalid`: the handshake failed otherwise (says how). Any thread; blocks, so never
/// on a loop.
Result<Probed> probe(const ProbeOrder& order);

}  // namespace rhumb::tls
