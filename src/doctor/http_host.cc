#include "doctor/http_host.h"

#include <algorithm>
#include <array>

#include "pki/constraints.h"
#include "pki/names.h"

namespace rhumb::doctor {

namespace {

constexpr std::array machine_blocks{"0.0.0.0/8", "127.0.0.0/8", "::/127", "::ffff:127.0.0.0/104"};
constexpr std::array network_blocks{"10.0.0.0/8",    "100.64.0.0/10",  "169.254.0.0/16",
                                    "172.16.0.0/12", "192.168.0.0/16", "fc00::/7",
                                    "fe80::/10",     "fec0::/10"};
/// Top levels that the Internet does not have, as networks use them.
constexpr std::array network_suffixes{".local",   ".internal", ".intranet",    ".intra",
                                      ".lan",     ".corp",     ".home",        ".home.arpa",
                                      ".private", ".test",     ".localdomain", ".localnet"};

bool is_in(std::span<const char* const> blocks, const pki::Name& address) {
    return std::ranges::any_of(blocks, [&](const char* block) {
        const auto range = pki::AddressRange::parse(block);
        return range && range->contains(address);
    });
}

Reach reach_of_address(const pki::Name& address) {
    if (is_in(machine_blocks, address)) return Reach::machine;
    return is_in(network_blocks, address) ? Reach::network : Reach::everybody;
}

bool is_local_name(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost") || host == "localhost.localdomain";
}

/// Why `host` is only for some, a phrase.
std::string reason(std::string_view host, Reach reach) {
    const auto parsed = pki::Name::parse(host);
    const bool is_address = parsed && parsed->is_ip();
    if (reach == Reach::machine)
        return fmt::format("{} is the machine itself, whichever asks", host);
    if (is_address) return fmt::format("{} is an address of a private network", host);
    if (host.find('.') == std::string_view::npos)
        return fmt::format("«{}» is a name without a domain, which only its own network knows",
                           host);
    return fmt::format("«{}» is a name that only its own network knows", host);
}

}  // namespace

Reach reach_of(std::string_view host) {
    if (const auto name = pki::Name::parse(host); name && name->is_ip())
        return reach_of_address(*name);
    if (is_local_name(host)) return Reach::machine;
    const bool is_inner = host.find('.') == std::string_view::npos ||
                          std::ranges::any_of(network_suffixes, [&](std::string_view suffix) {
                              return host.ends_with(suffix);
                          });
    return is_inner ? Reach::network : Reach::everybody;
}

std::string why_inner(const fetch::Url& url, const fetch::Url& seen_from) {
    if (url.host == seen_from.host) return {};
    const auto reach = reach_of(url.host);
    return reach > reach_of(seen_from.host) ? reason(url.host, reach) : "";
}

std::string why_inner(const fetch::Url& url, const fetch::Url& seen_from,
                      std::span<const std::uint16_t> ports) {
    if (auto why = why_inner(url, seen_from); !why.empty()) return why;
    const bool is_here = url.host == seen_from.host || (reach_of(url.host) == Reach::machine &&
                                                        reach_of(seen_from.host) == Reach::machine);
    if (!is_here || url.port == seen_from.port ||
        std::ranges::find(ports, url.port) != ports.end() ||
        (!url.is_https && url.has_default_port()))
        return {};
    return fmt::format("port {} is not the one by which clients come, {}", url.port,
                       seen_from.port);
}

}  // namespace rhumb::doctor
