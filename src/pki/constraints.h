#pragma once
/// Name constraints (RFC 5280 section 4.2.1.10): what an authority's certificates may be about, at
/// most.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/names.h"

namespace rhumb::pki {

/// A block of addresses: `10.0.0.0/8`, `fc00::/7`.
class AddressRange {
public:
    /// `a.b.c.d/n` or `x::y/n`; bits below the prefix must be zero. Without `/n`: that one address.
    static Result<AddressRange> parse(std::string_view text);
    /// From the 8 or 32 bytes of the extension: address and mask.
    static Result<AddressRange> from_bytes(std::string_view bytes);

    bool contains(const Name& address) const;
    std::string text() const;
    /// Address and mask, as the extension has them.
    std::string to_bytes() const;

    bool operator==(const AddressRange&) const = default;

private:
    AddressRange(std::string address, int prefix) : address_{std::move(address)}, prefix_{prefix} {}

    std::string address_;  // 4 or 16 bytes
    int prefix_;
};

/// What is permitted; all else is not. Pure data.
struct NameConstraints {
    std::vector<std::string> domains;  ///< a domain permits itself and all below it
    std::vector<AddressRange> ranges;

    /// True when a certificate below may carry `name`. (Of a wildcard, all that it stands for.)
    bool permit(const Name& name) const;

    bool operator==(const NameConstraints&) const = default;
};

}  // namespace rhumb::pki
