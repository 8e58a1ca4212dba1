#pragma once
/// Many users at once, out of a table.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/role_store.h"
#include "identity/user_store.h"
#include "identity/user_table.h"

namespace rhumb::identity {

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
    std::vector<Role> new_roles{};    ///< that are made first
};

struct ImportWish {
    /// Users who are there already get what the row has (a password too, where it has one); else
    /// they are left.
    bool changes_known = false;
    /// Roles that are not there are made, with the privilege that the table says; else they are
    /// faults.
    bool makes_roles = false;
};

/// Looks what would become of each row; changes nothing. Roles are given, never taken. The errors
/// are those of the stores.
Result<ImportPlan> plan_import(const std::vector<ImportedUser>& rows, const UserStore& users,
                               const RoleStore& roles, const ImportWish& wish);

/// Does it, row by row (each is a transaction; a password's hash takes a quarter of a second).
/// `progress` is told how many are done. The error of a row names it; those before it are done, and
/// a second import goes on there. `denied`: a store cannot be changed here.
Result<void> carry_out_import(const std::vector<ImportedUser>& rows, const ImportPlan& plan,
                              UserStore& users, RoleStore& roles, const Actor& actor,
                              const std::function<void(std::size_t)>& progress);

}  // namespace rhumb::identity
