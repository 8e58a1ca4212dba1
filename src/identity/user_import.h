#pragma once
/// Many users at once, out of a table.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/secret.h"
#include "identity/role_store.h"
#include "identity/user_store.h"

namespace rhumb::identity {

/// A user as a row of a table has it.
struct ImportedUser {
    std::size_t line = 0;
    User user;
    std::vector<std::string> roles{};
    std::optional<crypto::Secret> password{};
};

/// A table in CSV (identity/csv.h). Its first row names the columns, in any order, without regard
/// to case, with "_", "-" or a blank between words: `name` (or `username`), and as wanted
/// `full_name` (or `fullname`), `email`, `description`, `roles` (parted by "|" or, between quotes,
/// by ";" or ","), `password`, `disabled` (yes, no), `expires` (2027-06-30: from the end of that
/// day on, UTC). `invalid`, with every fault and its line: a column that is none of these, a bad or
/// repeated name, a bad value.
Result<std::vector<ImportedUser>> read_users(std::string_view csv);

/// What an import does, or would do.
struct ImportPlan {
    enum class Act { add, change, leave };
    struct Step {
        Act act = Act::add;
        std::string name;
        std::string detail{};  ///< "roles: planners"; why it is left as it is
    };

    std::vector<Step> steps;          ///< one for each row, in their order
    std::vector<std::string> faults;  ///< with their lines: while there is one, nothing is done
};

/// Looks what would become of each row; changes nothing. `changes_known`: users who are there
/// already get what the row has (a password too, where it has one); else they are left. Roles are
/// given, never taken, and must be there. The errors are those of the stores.
Result<ImportPlan> plan_import(const std::vector<ImportedUser>& rows, const UserStore& users,
                               const RoleStore& roles, bool changes_known);

/// Does it, row by row (each is a transaction; a password's hash takes a quarter of a second).
/// `progress` is told how many are done. The error of a row names it; those before it are done, and
/// a second import goes on there. `denied`: a store cannot be changed here.
Result<void> carry_out_import(const std::vector<ImportedUser>& rows, const ImportPlan& plan,
                              UserStore& users, RoleStore& roles, const Actor& actor,
                              const std::function<void(std::size_t)>& progress);

}  // namespace rhumb::identity
