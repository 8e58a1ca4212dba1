/// The program: reads the arguments, runs one command, and turns its outcome into an exit code.

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/context.h"

namespace {

using namespace rhumb;

int run(int argc, char** argv) {
    const SystemClock clock;
    const auto environment = cli::Environment::read();
    cli::Context context{.clock = clock,
                         .environment = environment,
                         .data = environment.usual_data(),
                         .wants_json = false,
                         .says_yes = false,
                         .store = {},
                         .run = {}};

    CLI::App app{"Rhumb: a Web server for maps, on HTTPS from its first second", "rhumb"};
    app.require_subcommand(1);
    app.fallthrough();  // --data and its kind may stand anywhere
    app.add_option("--data", context.data, "The data directory")->capture_default_str();
    app.add_flag("--json", context.wants_json, "Print facts as JSON");
    app.add_flag("--yes", context.says_yes, "Do not ask");
    app.set_version_flag("--version", "rhumb " RHUMB_VERSION);
    for (auto* const add :
         {cli::add_serve,    cli::add_status, cli::add_cert,    cli::add_selfssl, cli::add_ca,
          cli::add_keys,     cli::add_audit,  cli::add_backup,  cli::add_trust,   cli::add_doctor,
          cli::add_user,     cli::add_role,   cli::add_session, cli::add_token,   cli::add_secret,
          cli::add_security, cli::add_config, cli::add_service, cli::add_folder,  cli::add_policy})
        add(app, context);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // --help and --version come this way too.
        return app.exit(error) == 0 ? static_cast<int>(cli::Exit::done)
                                    : static_cast<int>(cli::Exit::usage);
    }
    const auto outcome = context.run();
    if (outcome) return static_cast<int>(*outcome);
    std::fputs(fmt::format("rhumb: {}\n", outcome.error().message).c_str(), stderr);
    return static_cast<int>(cli::Exit::failed);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& thrown) {
        std::fputs(fmt::format("rhumb: a fault of the program: {}\n", thrown.what()).c_str(),
                   stderr);
        return static_cast<int>(cli::Exit::failed);
    }
}
