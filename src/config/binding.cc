/// Bindings as text. Addresses are read by the system's own inet_pton().

#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/text.h"
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
    if (!binding.https && !text::istarts_with(text, "http://")) {
        return fail(ErrorKind::invalid, "{} has no scheme: {}", shown(text), form);
    }
    const std::string_view rest = text.substr(binding.https ? 8 : 7);
    const bool is_ipv6 = rest.starts_with('[');
    const auto address_end = is_ipv6 ? rest.find(']') : rest.find(':');
    if (is_ipv6 && address_end == std::string_view::npos) {
        return fail(ErrorKind::invalid, "{} has no “]” after its address: {}", shown(text), form);
    }
    const std::string address{is_ipv6 ? rest.substr(1, address_end - 1)
                                      : rest.substr(0, address_end)};
    if (address != "*" || is_ipv6) {
        binding.address = canonical_address(address, is_ipv6 ? AF_INET6 : AF_INET);
        if (binding.address.empty()) {
            return fail(
                ErrorKind::invalid,
                "{} has no IP address: write “*” for every address, an IPv4 address, or an IPv6 address in "
                "brackets; names belong into host_names",
                shown(text));
        }
    }
    const std::string_view port =
        address_end == std::string_view::npos ? "" : rest.substr(address_end + (is_ipv6 ? 1 : 0));
    const bool is_decimal =
        port.size() > 1 && port.find_first_not_of("0123456789", 1) == std::string_view::npos;
    const auto number =
        is_decimal && port.front() == ':' ? text::to_integer(port.substr(1)) : std::nullopt;
    if (!number || *number > 65535) {
        return fail(ErrorKind::invalid, "{} has no port from 0 to 65535 at its end: {}",
                    shown(text), form);
    }
    binding.port = static_cast<std::uint16_t>(*number);
    return binding;
}

}  // namespace rhumb::config
