#pragma once
/// Public suffixes: domains below which names are given to anybody (`com`, `co.uk`, `dev`,
/// `github.io`).

#include "pki/names.h"

namespace rhumb::pki {

/// True when `name`, or what the wildcard `name` stands in, is a public suffix by the list that
/// libpsl has. A machine that calls itself `dev` must not make its authority one for all of that
/// top-level domain.
bool is_public_suffix(const Name& name);

}  // namespace rhumb::pki
