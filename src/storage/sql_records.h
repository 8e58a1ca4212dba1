#pragma once
/// Rows of a database outside as records. Inside this module only. The error is `invalid` and says
/// what makes no sense, for the caller to put into words.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/sql_accounts.h"
#include "storage/sql_value.h"

namespace rhumb::storage {

/// Columns that a user may have; `name` it must have.
bool is_user_column(std::string_view column);

/// Nothing for a row without a name. Whether the texts are any good is not looked at.
Result<std::optional<UserRecord>> to_user_record(const SqlRows& rows, const SqlRows::Row& row);

/// "yes", "t", "1", a time …: since when; nothing for null, 0, "no", "false", "".
std::optional<Seconds> to_disabled(const std::optional<std::string>& value);

/// Seconds since 1970-01-01 UTC, or "2027-06-30", "2027-06-30 12:00:00", UTC. Nothing for null.
Result<std::optional<Seconds>> to_sql_time(const std::optional<std::string>& value,
                                           std::string_view column);

/// Rows of `role`, `member`, `kind` (and `description`) as roles with their members.
Result<std::vector<SqlRole>> to_roles(const SqlRows& rows);

/// Who has which role, by roles of roles too: rows of `role`, `kind`, `member`. Ends on circles.
Result<std::vector<std::string>> roles_by(const SqlRows& rows, std::string_view user);

}  // namespace rhumb::storage
