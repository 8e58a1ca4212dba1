/// Bindings as text. Addresses are read by the system's own inet_pton().

#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/text.h"
#include "config/authority.h"
#include "config/parse.h"
#include "config/report.h"

namespace rhumb::config {
namespace {

/// The address in canonical form; "" when it is none.
std::string canonical_address(const std::string& text, int family) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    if (text.find('\0') != std::string::npos) return "";
    if (inet_pton(family, text.c_str(), bytes.data()) != 1) return "";
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    if (inet_ntop(family, bytes.data(), canonical.data(), canonical.size()) == nullptr) return "";
    return canonical.data();
}

}  // namespace

std::string Binding::to_text() const {
    const bool is_ipv6 = address.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", https ? "https" : "http", is_ipv6 ? "[" : "", address,
                       is_ipv6 ? "]" : "", port);
}

Result<Binding> parse_binding(std::string_view text) {
    constexpr const char* form = "a binding is scheme, address and port, as in “https://*:443”";
    Binding binding;
    binding.https = text::istarts_with(text, "https://");
    if (!binding.https && !text::istarts_with(text, "http://"))
        return fail(ErrorKind::invalid, "{} has no scheme: {}", shown(text), form);
    const auto authority = split_authority(text.substr(binding.https ? 8 : 7));
    if (!authority)
        return fail(ErrorKind::invalid, "{} has no “]” after its address: {}", shown(text), form);
    if (authority->host != "*" || authority->has_brackets) {
        binding.address = canonical_address(std::string{authority->host},
                                            authority->has_brackets ? AF_INET6 : AF_INET);
        if (binding.address.empty())
            return fail(
                ErrorKind::invalid,
                "{} has no IP address: write “*” for every address, an IPv4 address, or an IPv6 address in "
                "brackets; names belong into host_names",
                shown(text));
    }
    const auto port = parse_port(authority->port);
    if (!port)
        return fail(ErrorKind::invalid, "{} has no port from 0 to 65535 at its end: {}",
                    shown(text), form);
    binding.port = *port;
    return binding;
}

}  // namespace rhumb::config
