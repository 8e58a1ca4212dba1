/// rhumb user list | show

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/accounts.h"
#include "cli/commands/user/groups.h"
#include "cli/installation.h"
#include "cli/table.h"

namespace rhumb::cli {

namespace {

struct ListOptions {
    std::string name;
    std::string contains;
    std::string after;
    std::size_t count = 100;
};

std::string state_of(const identity::User& user, Seconds now) {
    if (user.disabled) return "disabled";
    if (!user.is_active(now)) return "expired";
    return user.has_password ? "active" : "no password";
}

nlohmann::ordered_json to_json(const std::optional<Seconds>& time) {
    return time ? nlohmann::ordered_json(to_iso(*time)) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json to_json(const identity::User& user, const identity::Standing& standing,
                               Seconds now) {
    return {{"name", user.name},
            {"full_name", user.full_name},
            {"email", user.email},
            {"description", user.description},
            {"state", state_of(user, now)},
            {"has_password", user.has_password},
            {"password_changed", to_json(user.password_changed)},
            {"created", to_json(std::optional{user.created})},
            {"disabled", to_json(user.disabled)},
            {"expires", to_json(user.expires)},
            {"roles", standing.roles},
            {"privilege", identity::to_text(standing.privilege)}};
}

Result<Exit> list(const Context& context, const ListOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto users,
        accounts.users->list(
            {.contains = options.contains, .after = options.after, .count_max = options.count}));
    TRY(const auto roles, accounts.roles->list());
    const auto now = context.clock.now();
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& user : users)
            all.push_back(to_json(user, identity::standing_by(roles, user.name), now));
        say("{}", all.dump(2));
        return Exit::done;
    }
    if (users.empty()) {
        say("{}", options.contains.empty() && options.after.empty()
                      ? "There are no users yet: rhumb user add NAME"
                      : "There are none.");
        return Exit::done;
    }
    Table table{{"NAME", "FULL NAME", "STATE", "ROLES"}};
    for (const auto& user : users)
        table.add({user.name, user.full_name, state_of(user, now),
                   text::join(identity::standing_by(roles, user.name).roles, ", ")});
    table.print();
    if (users.size() == options.count)
        say("There may be more: rhumb user list --after '{}'", users.back().name);
    return Exit::done;
}

Result<Exit> show(const Context& context, const ListOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto user, accounts.users->find(options.name));
    if (!user)
        return fail(ErrorKind::not_found, "there is no user «{}»; `rhumb user list` shows them",
                    options.name);
    TRY(const auto standing, accounts.roles->standing(user->name));
    const auto now = context.clock.now();
    if (context.wants_json) {
        say("{}", to_json(*user, standing, now).dump(2));
        return Exit::done;
    }
    const auto line = [](const char* title, const std::string& text) {
        if (!text.empty()) say("{:<18}{}", title, text);
    };
    line("name", user->name);
    line("full name", user->full_name);
    line("e-mail", user->email);
    line("description", user->description);
    line("state", state_of(*user, now));
    line("roles", standing.roles.empty() ? "none" : text::join(standing.roles, ", "));
    line("privilege", std::string{identity::to_text(standing.privilege)});
    line("added", to_text(user->created));
    line("password changed", user->password_changed ? to_text(*user->password_changed) : "");
    line("disabled", user->disabled ? to_text(*user->disabled) : "");
    line("expires", user->expires ? to_text(*user->expires) : "");
    return Exit::done;
}

}  // namespace

void add_user_lists(CLI::App& noun, Context& context) {
    auto options = std::make_shared<ListOptions>();
    auto* const all = noun.add_subcommand("list", "Users by name, with the roles they have");
    all->add_option("--contains", options->contains, "Those with this in their name or full name");
    all->add_option("--after", options->after, "Begin behind this name");
    all->add_option("--count", options->count, "So many at most")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    all->callback([&context, options] {
        context.run = [&context, options] { return list(context, *options); };
    });
    auto* const one = noun.add_subcommand("show", "All that is known of a user");
    one->add_option("name", options->name, "The user's name")->required();
    one->callback([&context, options] {
        context.run = [&context, options] { return show(context, *options); };
    });
}

}  // namespace rhumb::cli
