#pragma once
/// A survey: what a TLS server takes, found by asking with hand-made greetings that are never
/// finished. So also what OpenSSL no longer speaks is seen: SSL 3.0, RC4, export suites.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/address.h"
#include "pki/certificate.h"
#include "tls/server_answer.h"
#include "tls/wire.h"

namespace rhumb::tls {

struct SurveyOrder {
    net::Address address{};
    std::string server_name{};  ///< as clients send it; "" or an IP address: none is sent
    std::chrono::milliseconds connection{5'000};  ///< for each connection
    std::chrono::milliseconds answer{5'000};      ///< for each answer
    std::chrono::milliseconds total{30'000};      ///< for all of it
    int connections_max = 60;
};

/// How a server that listens on the port behaves when it is greeted as a browser does.
struct Greeting {
    enum class Kind {
        tls,      ///< with a ServerHello
        alert,    ///< with an alert of TLS: it speaks it, but not with us
        other,    ///< with something that is no TLS
        hung_up,  ///< without a word
        silent,   ///< it does not answer
        refused,  ///< nobody listens: `reason`
    };
    Kind kind = Kind::silent;
    ServerAnswer answer{};      ///< with `tls` and `alert`
    std::string first_bytes{};  ///< with `other`: at most 64 of them
    std::string reason{};       ///< for a person, where it says more than the kind
};

/// One connection, one greeting that everything of our days understands.
Greeting greet(const SurveyOrder& order);

struct Survey {
    std::vector<Version> versions{};         ///< that it takes, the highest first
    std::vector<std::uint16_t> suites_13{};  ///< of TLS 1.3, in the order in which it chose them
    /// Of TLS 1.2 and before: all recommended ones that it takes, and of each other class one.
    std::vector<std::uint16_t> suites{};
    std::vector<std::uint16_t> groups{};       ///< of TLS 1.3, in the order in which it chose them
    std::vector<std::uint16_t> weak_groups{};  ///< of TLS 1.2 and before
    int prime_bits = 0;                        ///< the smallest DHE prime that was seen; 0: none
    bool compresses = false;
    /// Of TLS 1.2 and before, where it takes them: RFC 5746.
    bool renegotiates_safely = true;
    bool asks_certificate = false;
    std::vector<pki::Certificate> certificates{};  ///< of TLS 1.2 and before, the leaf first
    int connections = 0;
    /// Why not all could be asked; "" when all was.
    std::string unfinished{};

    bool takes(Version version) const;
};

/// Asks, over one connection after the other (about 16 for a good server). `unavailable`: there was
/// no answer in TLS to any of it. Any thread; blocks, so never on a loop.
Result<Survey> survey(const SurveyOrder& order);

}  // namespace rhumb::tls
