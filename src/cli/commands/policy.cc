/// rhumb policy: who may have what, over which channel.

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/commands/policy/groups.h"

namespace rhumb::cli {

void add_policy(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("policy", "Who may have what: explain, list, set, remove")
                           ->require_subcommand(1);
    add_policy_explain(*noun, context);
    add_policy_list(*noun, context);
    add_policy_changes(*noun, context);
}

}  // namespace rhumb::cli
