#include "fetch/reach.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace rhumb::fetch {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

/// The addresses that begin with the same `bits` as `bytes`.
struct Range {
    Bytes bytes;
    unsigned bits;
};

bool holds(const Range& range, std::span<const std::uint8_t> address) {
    for (unsigned bit = 0; bit < range.bits; ++bit) {
        const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8U));
        if (((range.bytes[bit / 8U] ^ address[bit / 8U]) & mask) != 0) return false;
    }
    return true;
}

constexpr std::array machine_v4{
    Range{{0}, 8},          // this network
    Range{{127}, 8},        // loopback
    Range{{169, 254}, 16},  // link-local
    Range{{224}, 4},        // multicast
    Range{{240}, 4},        // reserved, broadcast
};
constexpr std::array private_v4{
    Range{{10}, 8}, Range{{172, 16}, 12}, Range{{192, 168}, 16},  // RFC 1918
    Range{{100, 64}, 10},                                         // RFC 6598
};
constexpr std::array machine_v6{
    Range{{}, 127},           // unspecified, loopback
    Range{{0xFE, 0x80}, 10},  // link-local
    Range{{0xFF}, 8},         // multicast
};
constexpr std::array private_v6{
    Range{{0xFC}, 7},         // RFC 4193
    Range{{0xFE, 0xC0}, 10},  // site-local, of old
};
/// IPv4 within IPv6: mapped (RFC 4291), and behind a translator (RFC 6052).
constexpr std::array embedding{
    Range{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96},
    Range{{0, 0x64, 0xFF, 0x9B}, 96},
};

bool is_in(const auto& ranges, std::span<const std::uint8_t> address) {
    return std::ranges::any_of(ranges, [&](const Range& range) { return holds(range, address); });
}

bool may_be_reached(std::span<const std::uint8_t> address, Reach reach) {
    if (address.size() == 16 && is_in(embedding, address)) address = address.last(4);
    const bool is_v4 = address.size() == 4;
    const bool is_inner = is_v4 ? is_in(machine_v4, address) : is_in(machine_v6, address);
    if (is_inner) return false;
    if (reach == Reach::not_this_machine) return true;
    return !(is_v4 ? is_in(private_v4, address) : is_in(private_v6, address));
}

/// How many bytes of an address there are now; 0 for another family.
std::size_t copy(const sockaddr& address, Bytes& bytes) {
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        std::memcpy(bytes.data(), &v4.sin_addr, 4);
        return 4;
    }
    if (address.sa_family != AF_INET6) return 0;
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(bytes.data(), &v6.sin6_addr, 16);
    return 16;
}

}  // namespace

bool is_within_reach(const sockaddr& address, Reach reach) {
    Bytes bytes{};
    const auto size = copy(address, bytes);
    return size != 0 && (reach == Reach::anywhere || may_be_reached({bytes.data(), size}, reach));
}

bool is_loopback(const sockaddr& address) {
    Bytes bytes{};
    const auto size = copy(address, bytes);
    std::span<const std::uint8_t> whole{bytes.data(), size};
    if (size == 16 && holds(embedding[0], whole)) whole = whole.last(4);
    if (whole.size() == 4) return holds(Range{{127}, 8}, whole);
    constexpr Bytes one{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return size == 16 && bytes == one;
}

std::string to_text(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    } else if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    }
    return text.data();
}

}  // namespace rhumb::fetch
