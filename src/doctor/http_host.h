#pragma once
/// Who can reach a URL: everybody, only those inside a network, or only the machine itself.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "fetch/url.h"

namespace rhumb::doctor {

/// From the widest to the narrowest.
enum class Reach { everybody, network, machine };

/// What the spelling of a host says: loopback and `localhost` are the machine's; private and
/// link-local addresses, names without a dot and names below suffixes such as .local, .internal,
/// .lan are a network's.
Reach reach_of(std::string_view host);

/// Why those who reach `seen_from` will not reach `url`, a phrase: "10.0.0.5 is an address of a
/// private network". "" when nothing speaks against it: the same host, or one that reaches as far.
/// A server that is itself inside a network, or looked at from its own machine, may name others
/// inside.
std::string why_inner(const fetch::Url& url, const fetch::Url& seen_from);

/// The same, and also another port of the same host than those by which clients come: the port of
/// `seen_from` and `ports`.
std::string why_inner(const fetch::Url& url, const fetch::Url& seen_from,
                      std::span<const std::uint16_t> ports);

}  // namespace rhumb::doctor
