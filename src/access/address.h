#pragma once
/// The client's own address, and whether it came over TLS: behind proxies that are trusted, what
/// they say of it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace rhumb::access {

/// Addresses and networks of proxies, as [security] trusted_proxies has them, and whether they end
/// TLS (proxies_end_tls). Immutable.
class TrustedProxies {
public:
    TrustedProxies() = default;
    explicit TrustedProxies(std::vector<std::string> networks, bool end_tls = false)
        : networks_{std::move(networks)}, end_tls_{end_tls} {}

    bool trusts(std::string_view ip) const;
    bool end_tls() const { return end_tls_; }

private:
    std::vector<std::string> networks_;
    bool end_tls_ = false;
};

/// Who is at the other end: the channel's address, unless that is a trusted proxy. Then
/// X-Forwarded-For (or Forwarded, RFC 7239) is read from its end, which the nearest proxy wrote,
/// up to the first address that is not a trusted proxy's. Where both fields are there and do not
/// agree, one of them is the client's own invention, and neither is believed; nor is what is no
/// address. At most 32 entries are looked at.
std::string client_address(const http::Request& request, const TrustedProxies& proxies);

/// Whether the client came over TLS, where somebody else than the channel says so: the channel's
/// other end is a trusted proxy, proxies end TLS, and X-Forwarded-Proto (or "proto" in the element
/// of Forwarded that tells of the client) is there. Secured is what all that is said calls
/// "https"; anything else is in the clear, whatever the proxy itself came by. Nothing: the channel
/// counts.
std::optional<bool> is_secured_by_proxy(const http::Request& request,
                                        const TrustedProxies& proxies);

}  // namespace rhumb::access
