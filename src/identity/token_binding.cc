#include "identity/token_binding.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include <arpa/inet.h>

#include "base/text.h"
#include "identity/token_format.h"

namespace rhumb::identity {

namespace {

/// IPv4 as it is mapped into IPv6 (RFC 4291 section 2.5.5.2), so that the two compare.
using Address = std::array<unsigned char, 16>;
constexpr std::size_t mapped_prefix_size = 12;
constexpr Address mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<Address> parse_address(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.size() >= terminated.size()) return {};
    text.copy(terminated.data(), text.size());
    Address address = mapped_prefix;
    if (::inet_pton(AF_INET, terminated.data(), address.data() + mapped_prefix_size) == 1)
        return address;
    if (::inet_pton(AF_INET6, terminated.data(), address.data()) == 1) return address;
    return {};
}

std::string to_text(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> out{};
    const bool is_mapped = std::equal(mapped_prefix.begin(),
                                      mapped_prefix.begin() + mapped_prefix_size, address.begin());
    ::inet_ntop(is_mapped ? AF_INET : AF_INET6,
                address.data() + (is_mapped ? mapped_prefix_size : 0), out.data(), out.size());
    return out.data();
}

/// Scheme, host and port of an http or https address, as far as they are to be compared.
struct Origin {
    std::string_view scheme;
    std::string_view host;
    std::string_view port;  // "" for the scheme's own

    bool operator==(const Origin& other) const {
        return text::iequals(scheme, other.scheme) && text::iequals(host, other.host) &&
               port == other.port;
    }
};

std::string_view without_leading_zeros(std::string_view port) {
    while (port.size() > 1 && port.front() == '0') port.remove_prefix(1);
    return port;
}

/// Host and port of an authority; nothing where there is more to it than these two. What is odd is
/// nobody's: a browser may read "https://a.example\@b.example" in another way than we do.
std::optional<Origin> to_authority(std::string_view text) {
    const auto is_odd = [](unsigned char c) {
        return c <= ' ' || c == 0x7f || c == '@' || c == '\\' || c == '%';
    };
    if (text.empty() || std::ranges::any_of(text, is_odd)) return {};
    Origin origin;
    const auto end = text.front() == '[' ? text.find(']') : text.find(':');
    if (text.front() == '[' && end == std::string_view::npos) return {};
    origin.host = text.substr(0, text.front() == '[' ? end + 1 : end);
    const auto rest = text.substr(origin.host.size());
    if (origin.host.empty() || (!rest.empty() && rest.front() != ':')) return {};
    const auto port = rest.empty() ? rest : rest.substr(1);
    if (!std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; })) return {};
    origin.port = without_leading_zeros(port);
    return origin;
}

bool is_address_of_the_web(std::string_view text) {
    return text::istarts_with(text, "http://") || text::istarts_with(text, "https://");
}

std::optional<Origin> to_origin(std::string_view url) {
    if (!is_address_of_the_web(url)) return {};
    const auto scheme = url.substr(0, url.find(':'));
    const auto rest = url.substr(scheme.size() + 3);
    auto origin = to_authority(rest.substr(0, rest.find_first_of("/?#")));
    if (!origin) return {};
    origin->scheme = scheme;
    if (origin->port == (text::iequals(scheme, "https") ? "443" : "80")) origin->port = {};
    return origin;
}

/// People leave the scheme out: "maps.example.org/app" means that host over http and https, and
/// any port when it names none.
bool is_at_host(std::string_view bound, const Origin& referer) {
    const auto named = to_authority(bound.substr(0, bound.find_first_of("/?#")));
    if (!named || !text::iequals(named->host, referer.host)) return false;
    const auto* const own = text::iequals(referer.scheme, "https") ? "443" : "80";
    return named->port.empty() ||
           named->port == (referer.port.empty() ? std::string_view{own} : referer.port);
}

}  // namespace

bool matches_referer(std::string_view bound, std::string_view referer, std::string_view origin) {
    const auto shown = text::trim(referer.empty() ? origin : referer);
    if (bound.empty() || shown.empty()) return false;
    if (is_address_of_the_web(bound)) {
        const auto wanted = to_origin(bound);
        return wanted && wanted == to_origin(shown);
    }
    if (is_address_of_the_web(shown)) {
        const auto from = to_origin(shown);
        return from && is_at_host(bound, *from);
    }
    // "null" is the origin of what hides its own (RFC 6454 section 7.1).
    return !referer.empty() && text::istarts_with(shown, bound);
}

bool is_same_address(std::string_view a, std::string_view b) {
    const auto one = parse_address(a);
    return one && one == parse_address(b);
}

Result<TokenBinding> to_sealed_binding(const TokenBinding& binding) {
    TokenBinding sealed{binding.kind, std::string{text::trim(binding.value)}};
    switch (binding.kind) {
        case TokenBinding::Kind::none: return TokenBinding{};
        case TokenBinding::Kind::ip: {
            const auto address = parse_address(sealed.value);
            if (!address)
                return fail(ErrorKind::invalid,
                            "«{:.60}» is no address that a token can be bound to: write it as "
                            "192.0.2.1 or 2001:db8::1",
                            sealed.value);
            sealed.value = to_text(*address);
            return sealed;
        }
        case TokenBinding::Kind::referer: break;
    }
    if (sealed.value.empty() || sealed.value.size() > token_binding_bytes_max)
        return fail(ErrorKind::invalid,
                    "the referer that a token is bound to has 1 to {} bytes, and this one {}",
                    token_binding_bytes_max, sealed.value.size());
    if (is_address_of_the_web(sealed.value) && !to_origin(sealed.value))
        return fail(ErrorKind::invalid,
                    "«{:.100}» is no address of a page that a token can be bound to: write it as "
                    "https://maps.example.org/app",
                    sealed.value);
    return sealed;
}

}  // namespace rhumb::identity
