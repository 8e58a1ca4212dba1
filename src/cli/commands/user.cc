/// rhumb user: who may sign in.

#include <CLI/CLI.hpp>

#include "cli/accounts.h"
#include "cli/commands.h"
#include "cli/commands/user/groups.h"

namespace rhumb::cli {

void add_user(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("user", "Users: who may sign in")->require_subcommand(1);
    add_store_option(*noun, context);
    add_user_changes(*noun, context);
    add_user_lists(*noun, context);
    add_user_import(*noun, context);
    add_user_sign_in(*noun, context);
}

}  // namespace rhumb::cli
