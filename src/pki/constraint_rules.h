#pragma once
/// Name constraints as a judge needs them (RFC 5280 section 4.2.1.10): every kind of name,
/// permitted and excluded.

#include <optional>

#include "pki/facts.h"
#include "pki/validate.h"

namespace rhumb::pki {

/// What is wrong with the constraints themselves, whatever comes below them.
std::optional<Fault> fault_of_subtrees(const Subtrees& subtrees, Strictness strictness);

/// What in `below` is not within `subtrees`. Each comparison takes one from `budget`; when it is
/// used up the fault is "path.too-much".
std::optional<Fault> fault_under(const Subtrees& subtrees, const Facts& below, std::size_t& budget);

}  // namespace rhumb::pki
