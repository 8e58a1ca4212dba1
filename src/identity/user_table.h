#pragma once
/// Tables of users in CSV: Rhumb's own form, and lists as ArcGIS Server and Portal, Windows and IIS
/// write them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/secret.h"
#include "identity/name_map.h"
#include "identity/user.h"

namespace rhumb::identity {

/// A user as a row of a table has it.
struct ImportedUser {
    std::size_t line = 0;
    User user;
    std::vector<std::string> roles{};
    std::optional<crypto::Secret> password{};
    std::optional<Privilege> role_privilege{};  ///< what its roles let do, where the table says it
};

struct UserTable {
    std::vector<ImportedUser> rows{};
    std::vector<std::string> notes{};  ///< columns that were passed over, who is left out
};

/// How a table is to be read.
struct TableForm {
    /// The columns of a table without a head; none: its first row names them.
    std::vector<std::string> columns{};
    bool has_passwords = true;       ///< false: the column is passed over
    const NameMap* names = nullptr;  ///< what users and roles are called here
};

/// A table in CSV (csv.h). Columns have any order; their names are taken without regard to case,
/// with "_", "-", "." or a blank between words. docs/users.md has those of Rhumb and of others
/// (SamAccountName, GivenName, EMail, RoleType …). Columns that nobody knows are faults in a table
/// of Rhumb's own names, and passed over in one of others. `invalid`, with every fault and its
/// line: such a column, a bad or repeated name, a bad value.
Result<UserTable> read_user_table(std::string_view csv, const TableForm& form = {});

}  // namespace rhumb::identity
