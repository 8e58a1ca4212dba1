#pragma once
/// What is kept of the last apply(), so that it can be taken back. Inside this module only.

#include <optional>

#include "storage/transaction.h"
#include "wizard/apply.h"

namespace rhumb::wizard {

Result<std::optional<Undoable>> find_undoable(const storage::View& view);
Result<void> put_undoable(storage::Transaction& transaction, const Undoable& record);
Result<void> forget_undoable(storage::Transaction& transaction);

}  // namespace rhumb::wizard
