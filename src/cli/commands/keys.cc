/// rhumb keys: the master key, under which all private keys are sealed.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "certs/key_rotation.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/commands/cert/shared.h"
#include "cli/installation.h"

namespace rhumb::cli {

namespace {

Result<Exit> show(const Context& context) {
    TRY(const auto installation, Installation::open(context));
    const auto place = context.master_key();
    const auto from = place ? fmt::format("the credential {}", place->string())
                            : fmt::format("the file {}", (context.data / "master.key").string());
    if (context.wants_json)
        say("{}",
            nlohmann::ordered_json{{"key", installation.seal.key_id()}, {"from", from}}.dump(2));
    else
        say("master key  {}\nfrom        {}", installation.seal.key_id(), from);
    return Exit::done;
}

Result<Exit> rotate(const Context& context, bool accepts_loss) {
    // Not an Installation: that needs the master key which may be lost.
    TRY(auto store, open_store(context));
    if (accepts_loss)
        TRY_DONE(confirm(context,
                         "Go on without the keys that no master key at hand opens? What they are "
                         "for must be made anew."));
    const auto rotation =
        certs::rotate_master_key(store, {context.data, context.master_key()}, accepts_loss,
                                 actor(context), context.clock.now());
    if (!rotation) {
        if (rotation.error().kind == ErrorKind::conflict ||
            rotation.error().kind == ErrorKind::invalid)
            return refused(rotation.error());
        return tl::unexpected(rotation.error());
    }
    if (context.wants_json)
        say("{}", nlohmann::ordered_json{{"old", rotation->old_id},
                                         {"new", rotation->new_id},
                                         {"sealed_anew", rotation->resealed},
                                         {"left", rotation->left},
                                         {"remedy", rotation->remedy}}
                      .dump(2));
    else
        say("Sealed anew: {} secrets, under the master key {} in the place of {}.",
            rotation->resealed, rotation->new_id, rotation->old_id);
    print_notes(rotation->left);
    if (!rotation->remedy.empty()) print_notes({&rotation->remedy, 1});
    return Exit::done;
}

}  // namespace

void add_keys(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("keys", "The master key, under which private keys are sealed")
            ->require_subcommand(1);
    noun->add_subcommand("show", "What it is called, and where it is")->callback([&context] {
        context.run = [&context] { return show(context); };
    });
    auto accepts_loss = std::make_shared<bool>(false);
    auto* const verb =
        noun->add_subcommand("rotate", "Seal all private keys anew under a new master key");
    verb->add_flag("--accept-loss", *accepts_loss,
                   "Go on though something opens under no key at hand");
    verb->callback([&context, accepts_loss] {
        context.run = [&context, accepts_loss] { return rotate(context, *accepts_loss); };
    });
}

}  // namespace rhumb::cli
