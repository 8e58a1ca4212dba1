#pragma once
/// The client's own address: behind proxies that are trusted, what they say of it.

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace rhumb::access {

/// Addresses and networks of proxies, as [security] trusted_proxies has them. Immutable.
class TrustedProxies {
public:
    TrustedProxies() = default;
    explicit TrustedProxies(std::vector<std::string> networks) : networks_{std::move(networks)} {}

    bool trusts(std::string_view ip) const;

private:
    std::vector<std::string> networks_;
};

/// Who is at the other end: the channel's address, unless that is a trusted proxy. Then
/// X-Forwarded-For (or Forwarded, RFC 7239) is read from its end, which the nearest proxy wrote,
/// up to the first address that is not a trusted proxy's. Where both fields are there and do not
/// agree, one of them is the client's own invention, and neither is believed; nor is what is no
/// address. At most 32 entries are looked at.
std::string client_address(const http::Request& request, const TrustedProxies& proxies);

}  // namespace rhumb::access
