/// rhumb user first-code | second-factor show | second-factor remove

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/accounts.h"
#include "cli/ask.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/user/groups.h"
#include "cli/installation.h"
#include "identity/first_administrator.h"
#include "identity/second_factor.h"
#include "site/urls.h"

namespace rhumb::cli {

namespace {

struct FactorOptions {
    std::string name;
};

/// Where the first site is over https; a word for it where no server runs.
std::string origin_of(const std::optional<site::Running>& running) {
    std::string origin;
    if (running && !running->document.sites.empty())
        origin = site::origin_for_people(running->document.sites.front(), true, running->hosts);
    return origin.empty() ? "https://…" : origin;
}

Result<Exit> make_first_code(const Context& context) {
    TRY(auto store, open_store(context));
    const auto code = identity::make_first_code(store, context.clock.now(), actor(context));
    if (!code) return told(tl::unexpected(code.error()));
    if (context.wants_json) {
        say("{}", nlohmann::ordered_json{{"code", *code}}.dump(2));
        return Exit::done;
    }
    say("Whoever has this code becomes the first administrator, once, within a day:");
    say("  code  {}", *code);
    say("  page  {}/login/first", origin_of(find_running(context)));
    return Exit::done;
}

/// As the store writes the name; users who are kept elsewhere are known by it, too.
Result<std::string> name_of(const Accounts& accounts, const FactorOptions& options) {
    const auto found = accounts.users->find(options.name);
    if (!found && found.error().kind == ErrorKind::unavailable) return options.name;
    TRY(const auto user, found);
    return user ? user->name : options.name;
}

Result<Exit> show(const Context& context, const FactorOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto name, name_of(accounts, options));
    TRY(const auto state, identity::second_factor_state(*accounts.store, name));
    if (context.wants_json) {
        nlohmann::ordered_json json{{"user", name}, {"is_asked_for", state.confirmed.has_value()}};
        json["since"] = state.confirmed ? nlohmann::ordered_json(to_iso(*state.confirmed))
                                        : nlohmann::ordered_json(nullptr);
        json["recovery_codes"] = state.recovery_codes;
        say("{}", json.dump(2));
        return Exit::done;
    }
    if (!state.confirmed)
        say("«{}» has no second factor: a password is enough.", name);
    else
        say("«{}» is asked for a code since {}; {} recovery codes are left.", name,
            to_text(*state.confirmed), state.recovery_codes);
    return Exit::done;
}

Result<Exit> remove(const Context& context, const FactorOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto name, name_of(accounts, options));
    TRY_DONE(confirm(
        context,
        fmt::format("Remove the second factor of «{}»? The password alone lets in then.", name)));
    TRY(const bool was_there,
        identity::remove_second_factor(*accounts.store, context.clock.now(), name, actor(context)));
    if (!was_there) return fail(ErrorKind::not_found, "«{}» has no second factor", name);
    say("The second factor of «{}» is removed.", name);
    return Exit::done;
}

}  // namespace

void add_user_sign_in(CLI::App& noun, Context& context) {
    noun.add_subcommand("first-code",
                        "A code that makes the first administrator, in a browser; while there is "
                        "none")
        ->callback([&context] { context.run = [&context] { return make_first_code(context); }; });
    auto* const factor =
        noun.add_subcommand("second-factor", "The second factor of a user")->require_subcommand(1);
    const auto add_verb = [&](const char* verb_name, const char* help,
                              Result<Exit> (*run)(const Context&, const FactorOptions&)) {
        auto options = std::make_shared<FactorOptions>();
        auto* const verb = factor->add_subcommand(verb_name, help);
        verb->add_option("name", options->name, "The user's name")->required();
        verb->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
    };
    add_verb("show", "Whether a code is asked for, and how many recovery codes are left", show);
    add_verb("remove", "Remove it: for who lost both the app and the recovery codes", remove);
}

}  // namespace rhumb::cli
