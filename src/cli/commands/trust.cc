/// rhumb trust: clients that trust the root, on this machine and on others. Each group of verbs is
/// a file in commands/trust/.

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/commands/trust/groups.h"

namespace rhumb::cli {

void add_trust(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("trust", "Clients that trust the root: which, and how")
                           ->require_subcommand(1);
    for (auto* const add :
         {add_trust_install, add_trust_status, add_trust_show, add_trust_env, add_trust_bundle})
        add(*noun, context);
}

}  // namespace rhumb::cli
