/// rhumb cert: certificates, their whole life. Each group of verbs is a file in commands/cert/.

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/commands/cert/groups.h"

namespace rhumb::cli {

void add_cert(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("cert", "Certificates, their whole life")->require_subcommand(1);
    for (auto* const add : {add_cert_list, add_cert_status, add_cert_requests, add_cert_install,
                            add_cert_self_sign, add_cert_issue, add_cert_renewal, add_cert_binding,
                            add_cert_removal, add_cert_export, add_cert_mirror, add_cert_verify})
        add(*noun, context);
}

}  // namespace rhumb::cli
