#pragma once
/// Where a name leads, and whether somebody answers there.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/check.h"
#include "net/address.h"
#include "net/dial.h"

namespace rhumb::doctor {

/// What looking a name up came to.
struct Resolution {
    enum class Outcome { found, unknown, no_answer };
    Outcome outcome = Outcome::found;
    std::vector<net::Address> addresses{};  ///< in the system's order, each once
    std::string reason{};                   ///< the system's words, when it is not found
};

/// Asks the system's resolver, and gives up after `limit`. A literal address is itself.
Resolution resolve(const std::string& host, std::uint16_t port, std::chrono::milliseconds limit);

/// What connecting to one address came to.
struct Contact {
    net::Address address{};
    std::optional<net::NotConnected> fault{};  ///< nothing: it stood

    bool is_connected() const { return !fault; }
};

/// Connects to each (the first few of each family) at the same time, and closes again.
std::vector<Contact> contact(const std::vector<net::Address>& addresses,
                             std::chrono::milliseconds limit);

/// True for 127.0.0.0/8, ::1.
bool is_loopback(const net::Address& address);
inline bool is_v6(const net::Address& address) { return address.ip.find(':') != std::string::npos; }
/// The addresses of this machine's interfaces, without ports.
std::vector<std::string> own_addresses();

/// The checks: fill facts.addresses, facts.address, facts.is_connected.
void check_name(Examination& examination);
void check_port(Examination& examination);

}  // namespace rhumb::doctor
