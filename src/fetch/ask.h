#pragma once
/// One question over HTTP and its answer, as the server gives it: for looking at servers that may
/// be broken. Redirects are told, not followed; a refusal (403, 500) is an answer like any other.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fetch/fetch.h"

namespace rhumb::fetch {

struct Header {
    std::string name;  ///< lower case in answers
    std::string value;

    bool operator==(const Header&) const = default;
};

/// What is asked. Nothing secret belongs into it: with `insecurely_skip_verification` nobody knows
/// who reads it.
struct Question {
    std::string url{};     ///< http or https; no user, no password
    bool is_head = false;  ///< HEAD instead of GET
    std::vector<Header> headers{};
    /// Connect to this literal IP address instead of where the name leads; Host, SNI and what the
    /// certificate is held against stay those of the URL. "": by the name.
    std::string address{};
    std::uint16_t port = 0;  ///< connect to this port instead; 0: the URL's
    /// Where the name leads must be one of these addresses, else the fault is `elsewhere` and
    /// nobody is connected to. None: anywhere.
    std::vector<std::string> only_addresses{};
    std::size_t body_max = std::size_t{1} << 20U;
    bool is_cut_at_max = false;  ///< a longer body is cut there; else the fault is `too_large`
    std::chrono::milliseconds connect_limit{5'000};  ///< until the connection stands
    std::chrono::milliseconds limit{10'000};         ///< for all of it
    /// PEM file with the roots for https; "": the system's.
    std::string roots_file{};
    /// Whatever certificate is shown, hear what the server says.
    bool insecurely_skip_verification = false;
};

struct Answer {
    int status = 0;
    std::string version{};          ///< "1.0", "1.1", "2"
    std::vector<Header> headers{};  ///< in the order in which they came, repeated ones each
    std::string body{};
    bool is_cut = false;    ///< the body went on
    std::string address{};  ///< that answered
    std::uint16_t port = 0;

    /// The first of that name (lower case); null without one.
    const std::string* find(std::string_view name) const;
    /// All of that name, in their order.
    std::vector<std::string> all(std::string_view name) const;
};

/// Why there is no answer.
enum class Fault {
    invalid,    ///< no URL that can be asked
    resolve,    ///< the name leads nowhere
    elsewhere,  ///< the name leads to an address that was not allowed
    connect,    ///< nobody listens, or the way is closed
    tls,        ///< the handshake failed
    untrusted,  ///< the certificate is not good for the roots or the name
    time,       ///< too slow
    too_large,  ///< body or head beyond their bounds
    protocol,   ///< what came is no HTTP, or ended too soon
};

struct Failure {
    Fault fault = Fault::invalid;
    bool is_connected = false;  ///< connection (and TLS) stood before it went wrong
    std::string address{};      ///< that was asked, as far as known
    std::string message{};      ///< for a person
};

/// Asks once. Any thread; blocks, so never on a loop. The head is bounded (64 KiB, 200 fields); no
/// cookie, no proxy, no environment, no `.netrc`; compressed bodies are not asked for.
tl::expected<Answer, Failure> ask(const Question& question);

}  // namespace rhumb::fetch
