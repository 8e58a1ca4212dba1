#pragma once
/// Revoking tokens within a change of the store.

#include <string_view>

#include "storage/tokens.h"

namespace rhumb::identity {

/// How long a key or a revocation is kept after the last token that needs it is over.
inline constexpr std::chrono::minutes token_grace{10};

/// When the last token of any key is over by itself: until then a revocation is needed.
Result<Seconds> end_of_all_tokens(const storage::View& view, Seconds now);

/// All of that user's that were issued before this change, in this very second too. Without an
/// entry in the audit trail: that is the caller's.
Result<void> revoke_tokens_of(storage::Transaction& transaction, std::string_view user,
                              Seconds now);

}  // namespace rhumb::identity
