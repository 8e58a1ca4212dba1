/// rhumb security migrate: users and roles from one store to another.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/security/shared.h"
#include "cli/installation.h"
#include "cli/stores.h"
#include "cli/table.h"
#include "identity/csv.h"
#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "identity/migration.h"
#include "providers/provider.h"

namespace rhumb::cli {

namespace {

using Act = identity::Migration::Act;

struct MigrateOptions {
    std::string from;
    std::string to;
    std::string map;
    bool users = false;
    bool roles = false;
    bool changes_known = false;
    bool is_dry_run = false;
};

/// One of the two places, as it is, without the local administrators of the other.
struct Side {
    bool is_embedded = false;
    std::unique_ptr<identity::EmbeddedUsers> own_users{};
    std::unique_ptr<identity::EmbeddedRoles> own_roles{};
    std::unique_ptr<providers::Provider> provider{};

    identity::UserStore* users() const { return is_embedded ? own_users.get() : provider->users(); }
    identity::RoleStore* roles() const { return is_embedded ? own_roles.get() : provider->roles(); }
};

Side embedded_side(const Context& context, storage::Store& store) {
    return {.is_embedded = true,
            .own_users = identity::EmbeddedUsers::open_later(store, context.clock),
            .own_roles = std::make_unique<identity::EmbeddedRoles>(store, context.clock)};
}

Result<Side> open_side(const Context& context, const providers::Surroundings& surroundings,
                       const config::Security& security, const std::string& name) {
    if (name == config::embedded_provider) return embedded_side(context, surroundings.store);
    const auto* const wanted = security.find_provider(name);
    if (wanted == nullptr)
        return fail(ErrorKind::not_found,
                    "no provider is called «{}»: it has to be in the configuration, though "
                    "users and roles need not be there yet",
                    name);
    Side side;
    TRY(side.provider, providers::make_provider(*wanted, surroundings));
    return side;
}

const char* word_for(Act act) {
    switch (act) {
        case Act::add: return "add";
        case Act::change: return "change";
        case Act::leave: return "leave";
    }
    return "";
}

/// "user:ann"; of a membership "user:ann in planners".
std::string subject_of(const identity::Migration::Step& step) {
    const auto what = to_text(step.what);
    return step.is_membership ? fmt::format("{} in {}", what, step.to) : what;
}

std::string name_there(const identity::Migration::Step& step) {
    return step.is_membership ? step.member.name : step.to;
}

nlohmann::ordered_json to_json(const identity::Migration& migration, bool is_done) {
    auto steps = nlohmann::ordered_json::array();
    for (const auto& step : migration.steps) {
        nlohmann::ordered_json json{
            {"act", word_for(step.act)}, {"what", to_text(step.what)}, {"to", name_there(step)}};
        if (step.is_membership) json["role"] = step.to;
        json["detail"] = step.detail;
        steps.push_back(std::move(json));
    }
    return {{"done", is_done},
            {"from", migration.from},
            {"to", migration.to},
            {"added", migration.count(Act::add)},
            {"changed", migration.count(Act::change)},
            {"left", migration.count(Act::leave)},
            {"steps", std::move(steps)}};
}

void print(const Context& context, const identity::Migration& migration, bool is_done) {
    if (context.wants_json) {
        say("{}", to_json(migration, is_done).dump(2));
        return;
    }
    Table table{{is_done ? "DONE" : "WOULD", "WHAT", "THERE", "DETAIL"}};
    for (const auto& step : migration.steps)
        if (!is_done || step.act == Act::leave || !step.detail.empty())
            table.add({word_for(step.act), subject_of(step), name_there(step), step.detail});
    table.print();
    say("{}: {}, {}: {}, left as they are: {}. Nothing is taken away from «{}».",
        is_done ? "Added" : "To be added", migration.count(Act::add),
        is_done ? "changed" : "to be changed", migration.count(Act::change),
        migration.count(Act::leave), migration.from);
}

/// Where they count from now on is the configuration's to say.
std::vector<std::string> next_steps(const config::Security& security,
                                    const identity::MigrationWish& wish,
                                    const MigrateOptions& options) {
    std::vector<std::string> notes;
    if ((wish.users && security.users != options.to) ||
        (wish.roles && security.roles != options.to))
        notes.push_back(
            fmt::format("users and roles of «{}» count once [security] of the "
                        "configuration says so: rhumb security configure",
                        options.to));
    return notes;
}

Result<identity::NameMap> read_map(const std::string& file) {
    TRY(const auto text, read_file(file == "-" ? "/dev/stdin" : file, identity::csv_bytes_max));
    auto map = identity::NameMap::read(text);
    if (!map) return tl::unexpected(std::move(map).error().within(file));
    return map;
}

Result<void> note_it(const Context& context, storage::Store& store,
                     const identity::Migration& migration) {
    return store.transact([&](storage::Transaction& transaction) -> Result<void> {
        const auto who = actor(context);
        TRY_DONE(transaction.add_event(
            {.time = context.clock.now(),
             .who = who.who,
             .from = who.from,
             .what = "users.migrated",
             .subject = migration.to,
             .detail = fmt::format("from «{}»: {} added, {} changed, {} left", migration.from,
                                   migration.count(Act::add), migration.count(Act::change),
                                   migration.count(Act::leave))}));
        return {};
    });
}

Result<void> carry_out(const Context& context, storage::Store& store, const Side& to,
                       const identity::Migration& migration) {
    if (to.is_embedded) {
        TRY_DONE(
            identity::carry_out_migration(migration, store, actor(context), context.clock.now()));
    } else {
        const bool is_shown = ::isatty(STDERR_FILENO) == 1;
        const auto progress = [&](std::size_t done) {
            if (is_shown)
                std::fputs(fmt::format("\r{} of {}", done, migration.steps.size()).c_str(), stderr);
        };
        const auto done = identity::carry_out_migration(migration, to.users(), to.roles(),
                                                        actor(context), progress);
        if (is_shown) std::fputs("\r", stderr);
        if (!done) {
            auto error = done.error();
            error.message += "\nThose before it are done; the same command goes on there";
            return tl::unexpected(std::move(error));
        }
    }
    if (migration.count(Act::add) + migration.count(Act::change) == 0) return {};
    return note_it(context, store, migration);
}

Result<Exit> run(const Context& context, const MigrateOptions& options) {
    if (options.from == options.to)
        return wrong_usage({ErrorKind::invalid, "--from and --to are the same store"});
    TRY(auto installation, Installation::open(context));
    auto& store = *installation.store;
    TRY(const auto security, Stores::configured(context, store));
    const auto log = observe::Log::to_nowhere();
    const providers::Surroundings surroundings{store, installation.seal, context.clock, log};
    TRY(const auto from, open_side(context, surroundings, security, options.from));
    TRY(const auto to, open_side(context, surroundings, security, options.to));
    identity::NameMap map;
    if (!options.map.empty()) {
        auto read = read_map(options.map);
        if (!read) return refused(read.error());
        map = *std::move(read);
    }
    const bool is_everything = !options.users && !options.roles;
    identity::MigrationWish wish{
        .users = options.users || (is_everything && from.users() && to.users()),
        .roles = options.roles || (is_everything && from.roles() && to.roles()),
        .changes_known = options.changes_known,
        .keeps_privileges = to.is_embedded,
        .names = &map};
    const auto own = embedded_side(context, store);
    TRY(const auto locals, identity::LocalAdministrators(*own.own_users, *own.own_roles).list());
    for (const auto& local : locals) wish.staying.push_back(local.name);
    const auto migration =
        identity::plan_migration(from.users(), from.roles(), to.users(), to.roles(), wish);
    if (!migration) {
        if (migration.error().kind == ErrorKind::unavailable)
            return tl::unexpected(migration.error());
        return refused(migration.error());
    }
    if (!options.is_dry_run) TRY_DONE(carry_out(context, store, to, *migration));
    print(context, *migration, !options.is_dry_run);
    if (!options.is_dry_run) print_notes(next_steps(security, wish, options));
    return Exit::done;
}

}  // namespace

void add_security_migrate(CLI::App& noun, Context& context) {
    auto options = std::make_shared<MigrateOptions>();
    auto* const verb =
        noun.add_subcommand("migrate", "Copy users and roles from one store to another");
    verb->add_option("--from", options->from, "A provider of the configuration, or embedded")
        ->required();
    verb->add_option("--to", options->to, "The same")->required();
    verb->add_flag("--users", options->users, "Users; else both, where both places keep them");
    verb->add_flag("--roles", options->roles, "Roles, and who has them");
    verb->add_option("--map", options->map,
                     "A table of names: user:ann,user:anna; with nothing behind the comma it stays "
                     "away");
    verb->add_flag("--change", options->changes_known,
                   "Give users who are there already what the other place says of them");
    verb->add_flag("--dry-run", options->is_dry_run, "Say what would be done, and do nothing");
    verb->callback([&context, options] {
        context.run = [&context, options] { return run(context, *options); };
    });
}

}  // namespace rhumb::cli
