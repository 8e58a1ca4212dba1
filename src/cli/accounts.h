#pragma once
/// The users and roles of an installation, for commands.

#include <memory>
#include <string_view>

#include "cli/context.h"
#include "cli/stores.h"
#include "storage/store.h"

namespace CLI {
class App;
}

namespace rhumb::cli {

struct Accounts {
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<Stores> stores;
    identity::UserStore* users = nullptr;
    identity::RoleStore* roles = nullptr;

    /// Those of --store; without it, those that are configured. `not_found`, with the remedy, where
    /// nothing has been made yet. `context` outlives it.
    static Result<Accounts> open(const Context& context);

    /// Those of the users; `denied` where they are kept elsewhere.
    Result<identity::UserEditor*> user_editor(std::string_view name) const;
    Result<identity::RoleEditor*> role_editor() const;
};

/// --store of the nouns `user` and `role`.
void add_store_option(CLI::App& noun, Context& context);

/// Gives the exit code of a change: `invalid` and `conflict` are refusals (3), told on standard
/// error; other errors go on.
Result<Exit> told(const Result<void>& change);

}  // namespace rhumb::cli
