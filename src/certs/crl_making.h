#pragma once
/// Revocation lists within a larger transaction. Included by this module alone.

#include "certs/revocation_lists.h"

namespace rhumb::certs {

/// refresh_crls() of revocation_lists.h, together with what else the transaction does.
Result<CrlReport> refresh_crls(storage::Transaction& transaction, const crypto::Seal& seal,
                               Seconds now);

}  // namespace rhumb::certs
