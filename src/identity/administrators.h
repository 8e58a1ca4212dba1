#pragma once
/// Who may administer, by what the store holds. Inside this module only.

#include "identity/user.h"
#include "storage/transaction.h"
#include "storage/users.h"

namespace rhumb::identity {

/// The roles of the store, with their members.
Result<std::vector<Role>> roles_in(const storage::View& view);

/// True when somebody can sign in at `now` and may administer.
Result<bool> has_administrator(const storage::View& view, Seconds now);

/// Runs `change` in the transaction. `conflict`, when somebody could administer before and nobody
/// could afterwards; the transaction is then to be given up.
template <class Change>
Result<void> keeping_an_administrator(storage::Transaction& transaction, Seconds now,
                                      const Change& change) {
    TRY(const bool had_one, has_administrator(transaction, now));
    TRY_DONE(change());
    TRY(const bool has_one, has_administrator(transaction, now));
    if (had_one && !has_one)
        return fail(ErrorKind::conflict,
                    "then nobody could sign in who may administer: give the role to somebody else "
                    "first");
    return {};
}

}  // namespace rhumb::identity
