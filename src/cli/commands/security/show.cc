/// rhumb security show: where users and roles are, and what holds for who signs in.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands/security/shared.h"
#include "cli/people_places.h"
#include "wizard/apply.h"

namespace rhumb::cli {

namespace {

void row(std::string_view about, const std::string& text) { say("{:<14} {}", about, text); }

nlohmann::ordered_json to_json(const config::Security& security) {
    return {{"tokens",
             {{"short_minutes", security.tokens.short_minutes.count()},
              {"long_minutes", security.tokens.long_minutes.count()}}},
            {"sessions",
             {{"idle_minutes", security.sessions.idle_minutes.count()},
              {"absolute_hours", security.sessions.absolute_hours.count()}}},
            {"sign_in",
             {{"account_failures", security.sign_in.account_failures},
              {"account_minutes", security.sign_in.account_minutes.count()},
              {"address_failures", security.sign_in.address_failures}}}};
}

nlohmann::ordered_json to_json(const config::Provider& provider) {
    return {{"name", provider.name},
            {"kind", provider.kind()},
            {"time_limit_seconds", provider.time_limit_seconds.count()},
            {"connections", provider.connections},
            {"remember_seconds", provider.remember_seconds.count()},
            {"administrators", provider.administrators},
            {"publishers", provider.publishers}};
}

std::string or_none(const std::vector<std::string>& words) {
    return words.empty() ? "none" : text::join(words, ", ");
}

void print(const config::Provider& provider, bool is_used) {
    row("place",
        fmt::format("{} ({}){}", provider.name, provider.kind(), is_used ? "" : ", not in use"));
    row("", fmt::format("waits {} s for an answer, {} connections at most; an answer counts {} s",
                        provider.time_limit_seconds.count(), provider.connections,
                        provider.remember_seconds.count()));
    row("", fmt::format("may administer: {}; may publish: {}", or_none(provider.administrators),
                        or_none(provider.publishers)));
}

void print(const config::Security& security) {
    for (const auto& provider : security.providers)
        print(provider, security.users == provider.name || security.roles == provider.name);
    row("tokens", fmt::format("{} minutes, at most {}", security.tokens.short_minutes.count(),
                              security.tokens.long_minutes.count()));
    row("sessions", fmt::format("{} minutes without use, at most {} hours",
                                security.sessions.idle_minutes.count(),
                                security.sessions.absolute_hours.count()));
    row("guessing",
        fmt::format("an account waits {} minutes after {} wrong passwords, an address "
                    "after {}",
                    security.sign_in.account_minutes.count(), security.sign_in.account_failures,
                    security.sign_in.address_failures));
}

Result<Exit> show(const Context& context) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto home, installation.home(context));
    TRY(const auto current, home.current());
    const auto& security = current.document.security;
    const bool is_running = find_running(context).has_value();
    TRY(const auto places, PeoplePlaces::look(context, installation, security, is_running));
    TRY(const auto undoable, wizard::find_undoable(*installation.store));
    if (context.wants_json) {
        auto json = to_json(security);
        json["places"] = places.to_json();
        json["providers"] = nlohmann::ordered_json::array();
        for (const auto& provider : security.providers)
            json["providers"].push_back(to_json(provider));
        json["running"] = is_running;
        json["can_undo"] = undoable && undoable->made == current.revision;
        say("{}", json.dump(2));
        return Exit::done;
    }
    for (const auto& line : places.lines()) row(line.about, line.text);
    print(security);
    if (undoable && undoable->made == current.revision)
        row("", "`rhumb security configure --undo` takes the last change back");
    return Exit::done;
}

}  // namespace

void add_security_show(CLI::App& noun, Context& context) {
    noun.add_subcommand("show",
                        "Where users and roles are, how those places do, and what holds for who "
                        "signs in")
        ->callback([&context] { context.run = [&context] { return show(context); }; });
}

}  // namespace rhumb::cli
