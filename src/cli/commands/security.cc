/// rhumb security: where users and roles are kept, and whether the policy is what it says.

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/commands/security/shared.h"

namespace rhumb::cli {

void add_security(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("security",
                           "Where users and roles are kept, and whether the policy is what it says")
            ->require_subcommand(1);
    add_security_configure(*noun, context);
    add_security_make_tables(*noun, context);
    add_security_migrate(*noun, context);
    add_security_show(*noun, context);
    add_security_test(*noun, context);
}

}  // namespace rhumb::cli
