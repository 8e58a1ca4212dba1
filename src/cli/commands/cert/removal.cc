/// rhumb cert remove, restore, purge: out of use, back into use, and gone for good.

#include "certs/removal.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/ask.h"
#include "cli/commands/cert/groups.h"
#include "cli/commands/cert/shared.h"
#include "cli/deployment.h"
#include "cli/installation.h"
#include "cli/shown.h"

namespace rhumb::cli {

namespace {

struct RemovalOptions {
    std::string name;
    std::optional<storage::Id> id;
    bool is_forced = false;  ///< --even-if-used, --replace
};

Result<Exit> remove(const Context& context, const RemovalOptions& options) {
    TRY(auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entry, inventory.get(options.name));
    TRY(const auto shown, Shown::read(context, installation));
    const auto uses = shown.uses_of(entry.record.name);
    return carry_out(
        context, installation,
        {.make =
             [&] {
                 return certs::remove(
                     *installation.store,
                     {.name = entry.record.name, .uses = uses, .even_if_used = options.is_forced},
                     actor(context), context.clock.now());
             },
         .where = {},
         .done = "removed; to have it back: rhumb cert restore " + entry.record.name});
}

Result<Exit> restore(const Context& context, const RemovalOptions& options) {
    TRY(auto installation, Installation::open(context));
    return carry_out(context, installation,
                     {.make =
                          [&] {
                              return certs::restore(*installation.store, {options.name, options.id},
                                                    options.is_forced, actor(context),
                                                    context.clock.now());
                          },
                      .where = {},
                      .done = "in use again"});
}

Result<Exit> purge(const Context& context, const RemovalOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY_DONE(confirm(
        context,
        fmt::format("Destroy what was removed under the name «{}»{}, with its key, for "
                    "good?",
                    options.name, options.id ? fmt::format(" (number {})", *options.id) : "")));
    const auto purged = certs::purge(*installation.store, {options.name, options.id},
                                     actor(context), context.clock.now());
    if (!purged) {
        if (purged.error().kind == ErrorKind::conflict) return refused(purged.error());
        return tl::unexpected(purged.error());
    }
    if (context.wants_json)
        say("{}", nlohmann::ordered_json{{"name", options.name},
                                         {"certificates", purged->certificates},
                                         {"keys", purged->keys}}
                      .dump(2));
    else
        say("Gone for good: {} certificate{} of «{}», {} key{}.", purged->certificates,
            purged->certificates == 1 ? "" : "s", options.name, purged->keys,
            purged->keys == 1 ? "" : "s");
    return Exit::done;
}

}  // namespace

void add_cert_removal(CLI::App& noun, Context& context) {
    const auto add = [&](const char* name, const char* help,
                         Result<Exit> (*run)(const Context&, const RemovalOptions&)) {
        auto options = std::make_shared<RemovalOptions>();
        auto* const verb = noun.add_subcommand(name, help);
        verb->add_option("name", options->name, "The certificate's name")->required();
        verb->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
        return std::pair{verb, options};
    };
    const auto [remove_verb, removal] =
        add("remove", "Take a certificate out of use; it can be restored", remove);
    remove_verb->add_flag("--even-if-used", removal->is_forced,
                          "Also while a site shows it; another one is shown then, or none");
    const auto [restore_verb, restoring] =
        add("restore", "Take a removed one back into use", restore);
    restore_verb->add_option("--id", restoring->id,
                             "Which one, of several (`cert list --archived`)");
    restore_verb->add_flag("--replace", restoring->is_forced,
                           "In the place of the one of that name");
    const auto [purge_verb, purging] = add("purge", "Destroy removed ones with their keys", purge);
    purge_verb->add_option("--id", purging->id, "This one alone (`cert list --archived`)");
}

}  // namespace rhumb::cli
