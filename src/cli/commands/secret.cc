/// rhumb secret: passwords and keys for other servers, which the configuration names as
/// "store:NAME".

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/cert/shared.h"
#include "cli/installation.h"
#include "cli/password.h"
#include "cli/table.h"
#include "config/secret_place.h"
#include "providers/secrets.h"

namespace rhumb::cli {

namespace {

/// Which providers need a secret. A configuration that is not good, or not there yet, needs none
/// that could be told.
std::vector<std::string> used_by(const std::optional<config::Document>& document,
                                 const std::string& name) {
    if (!document) return {};
    return config::providers_with_secret(document->security, name);
}

std::optional<config::Document> find_configuration(const Context& context,
                                                   Installation& installation) {
    auto home = installation.home(context);
    if (!home) return {};
    auto configuration = home->current();
    if (!configuration) return {};
    return std::move(configuration->document);
}

/// What to write where it is to be used, for who sets it the first time.
std::string next_step(const std::vector<std::string>& users, const std::string& name) {
    if (!users.empty())
        return fmt::format("A server that runs uses it within seconds, for {}.",
                           text::join(users, ", "));
    return fmt::format(
        "No provider needs it yet; in the configuration: password_from = \"store:{}\"", name);
}

Result<Exit> set(const Context& context, const std::string& name, const PasswordSource& source) {
    std::string checked = name;
    if (const auto fault = config::check_secret_name(checked); !fault.empty())
        return wrong_usage({ErrorKind::invalid, fmt::format("the name of a secret {}", fault)});
    TRY(auto installation, Installation::open(context));
    TRY(const auto value, read_new_password(source, fmt::format("the secret «{}»", name)));
    const auto is_new = providers::set_secret(*installation.store, installation.seal, name,
                                              value.view(), actor(context), context.clock.now());
    if (!is_new) {
        if (is_new.error().kind == ErrorKind::invalid) return refused(is_new.error());
        return tl::unexpected(is_new.error());
    }
    const auto users = used_by(find_configuration(context, installation), name);
    if (context.wants_json)
        say("{}",
            nlohmann::ordered_json{{"name", name}, {"new", *is_new}, {"used_by", users}}.dump(2));
    else
        say("The secret «{}» is {}. {}", name, *is_new ? "kept" : "another one now",
            next_step(users, name));
    return Exit::done;
}

Result<Exit> list(const Context& context) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto secrets,
        installation.store->read([](const storage::View& view) { return storage::secrets(view); }));
    const auto document = find_configuration(context, installation);
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& secret : secrets)
            all.push_back({{"name", secret.name},
                           {"created", to_text(secret.created)},
                           {"changed", to_text(secret.changed)},
                           {"used_by", used_by(document, secret.name)}});
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"NAME", "CHANGED", "USED BY"}};
    for (const auto& secret : secrets) {
        const auto users = used_by(document, secret.name);
        table.add({secret.name, to_text(secret.changed),
                   users.empty() ? "nothing" : text::join(users, ", ")});
    }
    table.print();
    return Exit::done;
}

Result<Exit> remove(const Context& context, const std::string& name) {
    TRY(auto installation, Installation::open(context));
    const auto users = used_by(find_configuration(context, installation), name);
    if (!users.empty() && !context.says_yes)
        return refused({ErrorKind::conflict,
                        fmt::format("the secret «{}» is needed by {}: nobody there could be asked "
                                    "any more. Change the configuration first, or say --yes",
                                    name, text::join(users, ", "))});
    TRY_DONE(
        providers::remove_secret(*installation.store, name, actor(context), context.clock.now()));
    say("The secret «{}» is removed.", name);
    return Exit::done;
}

}  // namespace

void add_secret(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("secret", "Passwords and keys for other servers, kept sealed")
            ->require_subcommand(1);
    noun->add_subcommand("list", "Their names, and what needs them; never their values")
        ->callback([&context] { context.run = [&context] { return list(context); }; });
    {
        auto name = std::make_shared<std::string>();
        auto source = std::make_shared<PasswordSource>();
        source->word = "value";
        source->bytes_max = providers::secret_bytes_max;
        auto* const verb = noun->add_subcommand("set", "Keep one, or put another in its place");
        verb->add_option("name", *name, "As the configuration has it behind store:")->required();
        add_password_options(*verb, *source, "The value");
        verb->callback([&context, name, source] {
            context.run = [&context, name, source] { return set(context, *name, *source); };
        });
    }
    {
        auto name = std::make_shared<std::string>();
        auto* const verb = noun->add_subcommand("remove", "Forget one that nothing needs");
        verb->add_option("name", *name, "Its name")->required();
        verb->callback([&context, name] {
            context.run = [&context, name] { return remove(context, *name); };
        });
    }
}

}  // namespace rhumb::cli
