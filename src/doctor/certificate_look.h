#pragma once
/// Looks at what the server's certificates mean for clients, and whether they are revoked.

#include "doctor/check.h"

namespace rhumb::doctor {

/// The checks, in this order; both need certificates.
void check_clients(Examination& examination);  ///< fills facts.is_trusted and is_any_refused
void check_revocation(Examination& examination);

}  // namespace rhumb::doctor
