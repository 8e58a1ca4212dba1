#pragma once
/// The database as a file: a look inside that changes nothing, copies while others work on it, and
/// another content in its place. What a backup is made of (certs/backup.h). Calls block.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::storage {

/// What a database file says of itself.
struct Inspection {
    int schema = 0;        ///< migrations that it has had
    int schema_known = 0;  ///< those that this program knows
    /// What SQLite finds wrong in it, in its own words; none: all is well.
    std::vector<std::string> damages{};
    /// Tables, indexes and triggers that are there and should not be, or should be and are not:
    /// "trigger x", "missing: table y". Not looked for in a schema that is newer.
    std::vector<std::string> strangers{};

    bool is_newer() const { return schema > schema_known; }
    bool is_older() const { return schema < schema_known; }
};

enum class Depth {
    quick,  ///< the pages and their order
    full,   ///< also that indexes and references agree with what they point to
};

/// Whether others may be at work on the file.
enum class Use {
    shared,  ///< a store
    alone,   ///< a file that lies there, such as a backup: nothing beside it is read or written
};

/// `not_found`; `denied`; `conflict`: it is no store of Rhumb; `internal`: it cannot be read as a
/// database at all; `unavailable`: somebody else is changing it, or `limit` passed.
Result<Inspection> inspect(const std::filesystem::path& database, Depth depth, Use use,
                           std::chrono::milliseconds limit = std::chrono::hours{1});

/// Copies one consistent state of a store that may be in use into `copy`, an empty file that is
/// there. What was removed from the store is not in it. It is on the disk only after a sync.
Result<void> copy_database(const std::filesystem::path& database,
                           const std::filesystem::path& copy);

/// Puts what `from` has in the place of all that the store `database` has, in one transaction: also
/// when the program is killed within, there is the old or the new. Other programs that have it open
/// see the change. `conflict`: it cannot be written as a database (it is damaged): then put the
/// file itself in its place; `unavailable`: somebody else is writing for too long.
Result<void> replace_content(const std::filesystem::path& database,
                             const std::filesystem::path& from);

/// Settings of a file that nobody else uses; those that begin with `prefix`.
Result<std::map<std::string, std::string>> read_settings(const std::filesystem::path& database,
                                                         std::string_view prefix);
/// Puts settings in, without a file beside; not synced.
Result<void> write_settings(const std::filesystem::path& database,
                            const std::map<std::string, std::string>& settings);

}  // namespace rhumb::storage
