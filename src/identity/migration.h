#pragma once
/// Migration: users and roles from one place to another. Nothing is taken away at either place.

#include <functional>
#include <string>
#include <vector>

#include "identity/name_map.h"
#include "identity/role_store.h"
#include "identity/user_store.h"
#include "storage/store.h"

namespace rhumb::identity {

struct MigrationWish {
    bool users = true;
    bool roles = true;
    bool changes_known = false;     ///< gives who is there already what the other place says
    bool keeps_privileges = false;  ///< the target is Rhumb's own store
    /// Those who stay where they are: local administrators. By name.
    std::vector<std::string> staying{};
    const NameMap* names = nullptr;
};

/// What a migration does, or would do. Holds hashes of passwords: kept in memory alone.
struct Migration {
    enum class Act { add, change, leave };
    struct Step {
        Act act = Act::add;
        Member what{};         ///< as the place calls it that it comes from
        std::string to{};      ///< as the other one calls it; a membership: the role's name there
        std::string detail{};  ///< "with the password"; why it is left
        bool is_membership = false;
        // What is put there.
        User user{};
        std::string hash{};
        Role role{};
        Member member{};
    };

    std::string from{};  ///< names of the places
    std::string to{};
    std::vector<Step> steps{};  ///< users, roles, then who has which role; each by name

    std::size_t count(Act act) const;
};

/// Looks what would become of everybody; changes nothing. `invalid`: a place that keeps none, or
/// cannot list them; `denied`: the target cannot be changed from here. Blocks, perhaps for long.
Result<Migration> plan_migration(UserStore* from_users, RoleStore* from_roles, UserStore* to_users,
                                 RoleStore* to_roles, const MigrationWish& wish);

/// Into Rhumb's own store: all of it in one transaction, or nothing.
Result<void> carry_out_migration(const Migration& migration, storage::Store& store,
                                 const Actor& actor, Seconds now);

/// Elsewhere: step by step, each by itself. The error names the step; those before it are done, and
/// a second migration goes on there. `progress` is told how many are done.
Result<void> carry_out_migration(const Migration& migration, UserStore* users, RoleStore* roles,
                                 const Actor& actor,
                                 const std::function<void(std::size_t)>& progress);

}  // namespace rhumb::identity
