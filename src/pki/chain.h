#pragma once
/// A certificate chain as a server sends it: the leaf first, each next one the issuer of the one
/// before.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/certificate.h"

namespace rhumb::pki {

/// Immutable, never empty, cheap to copy.
class Chain {
public:
    /// `invalid` when it is empty or one is not the issuer of the one before.
    static Result<Chain> make(std::vector<Certificate> leaf_first);

    /// make() of all certificates in `pem`.
    static Result<Chain> from_pem(std::string_view pem);

    const Certificate& leaf() const { return certificates_.front(); }
    const std::vector<Certificate>& certificates() const { return certificates_; }
    /// All of them, leaf first.
    std::string to_pem() const;

private:
    explicit Chain(std::vector<Certificate> certificates)
        : certificates_{std::move(certificates)} {}

    std::vector<Certificate> certificates_;
};

/// What a chain is checked against.
struct Verification {
    std::vector<Certificate> roots;  ///< trusted
    Seconds now{};
    std::string host;  ///< must be covered by the leaf; "": not asked
};

/// Ok when a strict client with those roots would accept the chain as a server's, at that time, for
/// that host: signatures, dates, usages, lengths, name constraints (RFC 5280). Else `invalid` with
/// the reason and the certificate.
Result<void> verify(const Chain& chain, const Verification& against);

}  // namespace rhumb::pki
