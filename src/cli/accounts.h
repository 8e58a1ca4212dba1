#pragma once
/// The users and roles of an installation, for commands.

#include <memory>

#include "cli/context.h"
#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "storage/store.h"

namespace rhumb::cli {

struct Accounts {
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<identity::UserStore> users;
    std::unique_ptr<identity::RoleStore> roles;

    /// `not_found`, with the remedy, where nothing has been made yet. Measures the cost of
    /// passwords when that was never done.
    static Result<Accounts> open(const Context& context);

    /// Those of the users; `denied` where they are kept elsewhere.
    Result<identity::UserEditor*> user_editor() const;
    Result<identity::RoleEditor*> role_editor() const;
};

/// Gives the exit code of a change: `invalid` and `conflict` are refusals (3), told on standard
/// error; other errors go on.
Result<Exit> told(const Result<void>& change);

}  // namespace rhumb::cli
