#pragma once
/// Brings a database to the schema that this program knows. docs/formats/store.md describes the
/// schema.

#include <span>
#include <string_view>

#include "base/result.h"
#include "storage/session.h"

namespace rhumb::storage {

/// A step from one schema to the next. `sql` is a file of src/storage/migrations/, embedded when
/// the program is built.
struct Migration {
    int number;  ///< 1, 2, 3 …
    std::string_view name;
    std::string_view sql;
};

/// All of them, in order.
std::span<const Migration> all_migrations();

/// Runs those of `migrations` that the database has not had yet, in one transaction. Any number of
/// processes may do so at once. conflict: the database has had others, so a newer program made it;
/// or it is not Rhumb's.
Result<void> migrate(Session& session, std::span<const Migration> migrations);

}  // namespace rhumb::storage
