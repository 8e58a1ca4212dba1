#pragma once
/// From where a token counts: what may be bound to, and whether a request fits. matches_referer()
/// is in tokens.h. Pure; any thread.

#include <string_view>

#include "identity/tokens.h"

namespace rhumb::identity {

/// As it is sealed into a token: an address is written in one way. `invalid`: too long, empty, or
/// no address.
Result<TokenBinding> to_sealed_binding(const TokenBinding& binding);

/// Equal as addresses: "::ffff:192.0.2.1" is "192.0.2.1", and IPv6 may be written in any way. False
/// for what is no address.
bool is_same_address(std::string_view a, std::string_view b);

}  // namespace rhumb::identity
