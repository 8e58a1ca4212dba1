#pragma once
/// Making a local administrator as a part of a larger change, and taking him back.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "observe/actor.h"
#include "storage/store.h"
#include "storage/user_records.h"

namespace rhumb::identity {

/// The user as he will be kept; nothing is changed yet. Blocks for as long as a hash takes.
/// `invalid`: a bad name, line or password.
Result<storage::UserRecord> ready_administrator(storage::Store& store, std::string_view name,
                                                std::string_view full_name,
                                                std::string_view password, Seconds now);

/// Adds the user, and gives him the role `administrators`, or another that may administer.
/// `conflict`: there is a user of that name, or no such role.
Result<void> add_administrator(storage::Transaction& transaction, const storage::UserRecord& user,
                               Seconds now, const observe::Actor& actor);

/// Names the state of a user and his roles: another one after any change of them by anybody. ""
/// when there is no such user.
Result<std::string> state_of_user(const storage::View& view, std::string_view name);

/// Removes the user with his roles, even if nobody can administer afterwards.
Result<void> take_administrator_back(storage::Transaction& transaction, std::string_view name,
                                     Seconds now, const observe::Actor& actor);

}  // namespace rhumb::identity
