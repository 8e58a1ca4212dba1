#pragma once
/// Roots that end a chain: those that programs of this machine trust, and our own.

#include <vector>

#include "pki/certificate.h"
#include "storage/store.h"

namespace rhumb::certs {

/// The system's list (where it has one that can be read), then the local authority's root. Never an
/// error: who lacks them checks less, and says so.
std::vector<pki::Certificate> known_roots(const storage::Store& store);

}  // namespace rhumb::certs
