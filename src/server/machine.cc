#include "server/machine.h"

#include <array>

#include <ifaddrs.h>
#include <netdb.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include "base/handle.h"

namespace rhumb::server {

namespace {

std::vector<std::string> interface_addresses() {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return {};
    const Handle<ifaddrs, ::freeifaddrs> all{first};
    std::vector<std::string> addresses;
    for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
        const auto family = one->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) continue;
        std::array<char, INET6_ADDRSTRLEN> text{};
        const void* address =
            family == AF_INET
                ? static_cast<const void*>(
                      &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr)
                : static_cast<const void*>(
                      &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr);
        if (::inet_ntop(family, address, text.data(), text.size()) != nullptr)
            addresses.emplace_back(text.data());
    }
    return addresses;
}

/// The name with its domain, as far as this machine knows it without asking anybody.
std::vector<std::string> canonical_names(const std::string& host_name) {
    addrinfo wanted{};
    wanted.ai_flags = AI_CANONNAME;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    // nsswitch asks files first; a machine whose name is in no file may ask its DNS server, as
    // every program on it does.
    if (::getaddrinfo(host_name.c_str(), nullptr, &wanted, &first) != 0) return {};
    const Handle<addrinfo, ::freeaddrinfo> all{first};
    if (first->ai_canonname == nullptr || host_name == first->ai_canonname) return {};
    return {first->ai_canonname};
}

}  // namespace

certs::HostFacts host_facts(std::vector<std::string> wanted) {
    certs::HostFacts facts;
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) facts.host_name = name.data();
    if (!facts.host_name.empty()) facts.names = canonical_names(facts.host_name);
    facts.addresses = interface_addresses();
    facts.wanted = std::move(wanted);
    return facts;
}

bool ClockJumps::has_jumped(std::chrono::system_clock::time_point wall,
                            std::chrono::steady_clock::time_point steady) {
    const bool is_first = !wall_;
    const auto drift = is_first ? std::chrono::nanoseconds{0}
                                : std::chrono::nanoseconds{wall - *wall_} -
                                      std::chrono::nanoseconds{steady - steady_};
    wall_ = wall;
    steady_ = steady;
    return drift > std::chrono::seconds{5} || drift < -std::chrono::seconds{5};
}

}  // namespace rhumb::server
