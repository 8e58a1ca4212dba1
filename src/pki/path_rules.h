#pragma once
/// The rules that hold for a whole path, from the leaf to the root (RFC 5280 section 6.1). For
/// validate().

#include <optional>
#include <string>
#include <vector>

#include "pki/facts.h"
#include "pki/validate.h"

namespace rhumb::pki {

/// A fault, and the place in the path of the certificate that it is about.
struct PathFault {
    std::size_t at = 0;
    Fault fault;
};

/// Leaf first, root last; signatures and the rules for each certificate hold already.
using PathFacts = std::vector<const Facts*>;

/// Path lengths, name constraints, key identifiers, policies. Comparisons of names are taken from
/// `budget`.
std::optional<PathFault> path_fault(const PathFacts& path, Strictness strictness,
                                    std::size_t& budget);

/// Revocation (RFC 5280 section 6.3): of each issuer on the path that has lists among `crls`, they
/// are asked. Only whole lists of an authority about what it issued itself are understood.
std::optional<PathFault> revocation_fault(const PathFacts& path, const std::vector<Crl>& crls,
                                          Seconds now, Strictness strictness);

}  // namespace rhumb::pki
