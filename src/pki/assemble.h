#pragma once
/// Finds the chain for a leaf in a bag of certificates: any order, duplicates, cross-signs, roots.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "pki/certificate.h"
#include "pki/chain.h"

namespace rhumb::pki {

/// The issuer that no certificate at hand is.
struct MissingIssuer {
    std::string subject;            ///< its name, as RFC 4514 writes it
    std::string of;                 ///< the subject of the certificate that it issued
    std::vector<std::string> urls;  ///< where that certificate says it can be had (AIA); http first
    /// True when there is an intermediate already: then what is missing may well be the root, which
    /// clients have. False: the leaf stands alone, and clients will refuse it.
    bool may_be_root = false;
};

struct Assembled {
    Chain chain;                             ///< leaf first, without the root
    std::optional<Certificate> root{};       ///< the root at its end, of the pool or of `roots`
    bool is_root_known = false;              ///< the root is one of `roots`
    std::optional<MissingIssuer> missing{};  ///< when the chain reaches no root
    std::vector<Certificate> unused{};       ///< of the pool, not in the chain, nor its root

    bool is_complete() const { return !missing; }
};

struct AssembleOptions {
    Seconds now{};
    /// Roots that are trusted, where the caller knows some. They end a chain without being in it.
    std::span<const Certificate> roots{};
};

/// Finds the best chain for `leaf` in `pool` (which may contain it again). Of several, the one is
/// taken that reaches a root, then one whose certificates are all valid at `now`, then one that
/// ends in a known root, then the shortest, then the one that is valid for longest. A leaf that is
/// self-signed is a chain of one.
///
/// No certificate is taken twice, no chain is longer than 10, and the number of signatures that are
/// checked is bounded. `invalid` only when the leaf is the certificate of an authority and others
/// hang below it (the wrong one was taken for the leaf) or the pool is beyond its bound.
Result<Assembled> assemble(const Certificate& leaf, std::span<const Certificate> pool,
                           const AssembleOptions& options);

/// The certificates of the bag that may be leaves, each once: those that are no authority's. When
/// there are none, the self-signed ones that issued no other of the bag (many tools write
/// "authority" into a self-signed server certificate).
std::vector<Certificate> find_leaves(std::span<const Certificate> bag);

}  // namespace rhumb::pki
