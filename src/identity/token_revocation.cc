#include "identity/token_revocation.h"

#include <algorithm>

namespace rhumb::identity {

Result<Seconds> end_of_all_tokens(const storage::View& view, Seconds now) {
    TRY(const auto keys, storage::token_keys(view));
    auto end = now;
    for (const auto& key : keys) end = std::max(end, key.needed);
    return end + token_grace;
}

Result<void> revoke_tokens_of(storage::Transaction& transaction, std::string_view user,
                              Seconds now) {
    TRY(const auto ends, end_of_all_tokens(transaction, now));
    TRY_DONE(
        storage::add_token_revocation(transaction, {.kind = storage::TokenRevocation::Kind::user,
                                                    .subject = std::string{user},
                                                    .before = now,
                                                    .created = now,
                                                    .ends = ends}));
    return {};
}

}  // namespace rhumb::identity
