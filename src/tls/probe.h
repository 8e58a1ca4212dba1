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
    std::string cipher{};                        ///< "TLS_AES_128_GCM_SHA256"
    std::string group{};     ///< of the key exchange: "X25519MLKEM768"; "" without one
    std::string protocol{};  ///< chosen of h2 and http/1.1; "": none
    std::string staple{};    ///< the OCSP response in DER that came along; "": none (RFC 6066 §8)
    bool asks_certificate = false;  ///< the server wants a certificate of its client
};

/// Connects, shakes hands without trusting anybody, sends nothing, and parts. No session is
/// resumed. `unavailable`: nobody listens, or too slow; `denied`: the server knows no certificate
/// for the name; `invalid`: the handshake failed otherwise (says how). Any thread; blocks, so never
/// on a loop.
Result<Probed> probe(const ProbeOrder& order);

}  // namespace rhumb::tls
