/// rhumb cert: certificates, their whole life. Each group of verbs is a file in commands/cert/.

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/commands/cert/groups.h"

namespace rhumb::cli {

void add_cert(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("cert", "Certificates, their whole life")->require_subcommand(1);
    add_cert_list(*noun, context);
    add_cert_status(*noun, context);
}

}  // namespace rhumb::cli
