#pragma once
/// Brings a database to the schema that this program knows. docs/formats/store.md describes the
/// schema.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "storage/session.h"

namespace rhumb::storage {

/// "Rhmb": tells our databases from others (PRAGMA application_id).
inline constexpr std::int64_t application_id = 0x52686D62;

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
