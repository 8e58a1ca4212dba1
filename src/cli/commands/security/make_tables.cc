/// rhumb security make-tables: tables of Rhumb's own in a database of yours.

#include <CLI/CLI.hpp>

#include "cli/commands/cert/shared.h"
#include "cli/commands/security/shared.h"
#include "cli/installation.h"
#include "cli/stores.h"
#include "providers/sql.h"

namespace rhumb::cli {

namespace {

Result<Exit> run(const Context& context, const std::string& name) {
    TRY(auto installation, Installation::open(context));
    auto& store = *installation.store;
    TRY(const auto security, Stores::configured(context, store));
    const auto* const provider = security.find_provider(name);
    if (provider == nullptr)
        return fail(ErrorKind::not_found, "no provider of the configuration is called «{}»", name);
    const auto log = observe::Log::to_nowhere();
    const auto made = providers::create_sql_tables(
        *provider, {store, installation.seal, context.clock, log}, actor(context));
    if (!made) {
        const auto kind = made.error().kind;
        if (kind == ErrorKind::invalid || kind == ErrorKind::conflict) return refused(made.error());
        return tl::unexpected(made.error());
    }
    if (*made)
        say("The tables are made in «{0}». Users and roles: rhumb security migrate --from embedded "
            "--to {0}, or rhumb user add NAME --store {0}",
            name);
    else
        say("The tables are there already in «{}».", name);
    return Exit::done;
}

}  // namespace

void add_security_make_tables(CLI::App& noun, Context& context) {
    auto name = std::make_shared<std::string>();
    auto* const verb =
        noun.add_subcommand("make-tables", "Make tables of Rhumb's own in a database of yours");
    verb->add_option("provider", *name, "Its name in the configuration")->required();
    verb->callback(
        [&context, name] { context.run = [&context, name] { return run(context, *name); }; });
}

}  // namespace rhumb::cli
