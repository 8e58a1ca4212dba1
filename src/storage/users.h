#pragma once
/// Reading and changing users and roles in the store. A `find_` answers nothing for what is not
/// there. Thread rule: as for the View or Transaction that is given.

#include <optional>
#include <string_view>
#include <vector>

#include "storage/transaction.h"
#include "storage/user_records.h"

namespace rhumb::storage {

/// By name.
Result<std::vector<UserRecord>> users(const View& view, const Page& page = {});
Result<std::optional<UserRecord>> find_user(const View& view, std::string_view name);

/// conflict: there is a user of that name.
Result<Id> add_user(Transaction& transaction, const UserRecord& user);
/// Everything but `created`, by `id`; with another name also in the memberships, sessions and the
/// second factor. conflict: another user has that name. not_found.
Result<void> update_user(Transaction& transaction, const UserRecord& user);
/// With its memberships, sessions and second factor: who gets the name next begins without.
/// not_found.
Result<void> remove_user(Transaction& transaction, std::string_view name);

/// By name.
Result<std::vector<RoleRecord>> roles(const View& view);
Result<std::optional<RoleRecord>> find_role(const View& view, std::string_view name);

/// conflict: there is a role of that name.
Result<Id> add_role(Transaction& transaction, const RoleRecord& role);
/// Everything but `created`, by `id`; with another name also where it is a member. conflict,
/// not_found.
Result<void> update_role(Transaction& transaction, const RoleRecord& role);
/// With its members, and out of the roles that it is a member of. not_found.
Result<void> remove_role(Transaction& transaction, std::string_view name);

/// All there are: by role, then users before roles, then by member.
Result<std::vector<Membership>> memberships(const View& view);
/// False when it is there already. not_found: no such role.
Result<bool> add_membership(Transaction& transaction, const Membership& membership);
/// False when it was not there.
Result<bool> remove_membership(Transaction& transaction, const Membership& membership);

}  // namespace rhumb::storage
