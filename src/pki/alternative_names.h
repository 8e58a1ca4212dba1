#pragma once
/// Reading subject alternative names. For the .cc files of `pki` alone.

#include <vector>

#include "crypto/handles.h"
#include "pki/names.h"

namespace rhumb::pki {

/// The DNS names and addresses in their order, without those that no server can have; null has
/// none.
std::vector<Name> names_in(const GENERAL_NAMES* all);

}  // namespace rhumb::pki
