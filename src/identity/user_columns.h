#pragma once
/// Columns of tables of users, by all the names they have, and what stands in them. Inside this
/// module only.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/csv.h"
#include "identity/user.h"

namespace rhumb::identity {

enum class Column {
    name,
    full_name,
    first_name,
    last_name,
    email,
    description,
    roles,
    role_privilege,
    password,
    disabled,
    enabled,
    account_control,  ///< userAccountControl of Active Directory
    expires,
    passed_over,
};

/// A column of a table: which one it is, and how good a source of it; the lowest counts, then the
/// next where that is empty.
struct KnownColumn {
    Column column = Column::passed_over;
    int rank = 0;
};

struct Head {
    std::vector<KnownColumn> columns{};
    std::vector<std::string> passed_over{};  ///< as they are called
};

/// `invalid`: no column for the name, the same twice, or an unknown one among Rhumb's own.
Result<Head> read_head(const CsvRow& row);

/// "a|b", "a; b", "a,b"; names in full of a directory ("CN=a,OU=x;CN=b,OU=x") by their first part.
std::vector<std::string> read_roles(std::string_view field);
Result<bool> read_yes(std::string_view field);
/// Bit 2 of userAccountControl.
Result<bool> read_disabled_bit(std::string_view field);
/// "2027-06-30": the end of that day; a number of Windows (100 ns since 1601); nothing for "",
/// "never" and 0.
Result<std::optional<Seconds>> read_expiry(std::string_view field);
/// "ADMINISTER", "PUBLISH", "ACCESS"; Rhumb's words, too.
Result<Privilege> read_privilege(std::string_view field);

}  // namespace rhumb::identity
