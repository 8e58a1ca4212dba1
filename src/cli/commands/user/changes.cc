/// rhumb user add | change | password | disable | enable | remove

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/accounts.h"
#include "cli/ask.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/user/groups.h"
#include "cli/password.h"

namespace rhumb::cli {

namespace {

struct UserOptions {
    std::string name;
    std::optional<std::string> new_name;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    std::optional<std::string> description;
    std::optional<std::string> expires;
    std::vector<std::string> roles;
    PasswordSource password;
    bool has_no_password = false;
};

Result<identity::User> get(const Accounts& accounts, const std::string& name) {
    TRY(auto user, accounts.users->find(name));
    if (!user)
        return fail(ErrorKind::not_found, "there is no user «{}»; `rhumb user list` shows them",
                    name);
    return *std::move(user);
}

/// What the options say of a user.
Result<void> take(const UserOptions& options, identity::User& user) {
    if (options.new_name) user.name = *options.new_name;
    if (options.full_name) user.full_name = *options.full_name;
    if (options.email) user.email = *options.email;
    if (options.description) user.description = *options.description;
    if (!options.expires) return {};
    user.expires.reset();
    if (*options.expires != "never") {
        TRY(user.expires, identity::end_of_day(*options.expires));
    }
    return {};
}

Result<std::optional<crypto::Secret>> password_of(const UserOptions& options) {
    if (options.has_no_password) return std::optional<crypto::Secret>{};
    TRY(auto password,
        read_new_password(options.password, fmt::format("the password of «{}»", options.name)));
    return std::optional{std::move(password)};
}

std::optional<std::string_view> view_of(const std::optional<crypto::Secret>& password) {
    return password ? std::optional{password->view()} : std::nullopt;
}

/// The roles must be there before anybody is made.
Result<void> check_roles(const Accounts& accounts, const std::vector<std::string>& wanted) {
    TRY(const auto roles, accounts.roles->list());
    for (const auto& name : wanted) {
        const auto is = [&](const auto& role) { return text::iequals(role.name, name); };
        if (std::ranges::none_of(roles, is))
            return fail(ErrorKind::invalid,
                        "there is no role «{}»; make it first: rhumb role add '{}'", name, name);
    }
    return {};
}

Result<void> add_one(const Context& context, const Accounts& accounts, const UserOptions& options) {
    TRY_DONE(check_roles(accounts, options.roles));
    TRY_DONE(identity::check_user_name(options.name));
    TRY(const auto known, accounts.users->find(options.name));
    if (known) return fail(ErrorKind::conflict, "there is a user «{}» already", known->name);
    identity::User user{.name = options.name};
    TRY_DONE(take(options, user));
    TRY(const auto password, password_of(options));
    TRY(auto* const editor, accounts.user_editor(user.name));
    identity::RoleEditor* roles = nullptr;
    if (!options.roles.empty()) {
        TRY(roles, accounts.role_editor());
    }
    TRY_DONE(editor->add(user, view_of(password), actor(context)));
    for (const auto& role : options.roles)
        TRY_DONE(roles->give(role, {identity::Member::Kind::user, user.name}, actor(context)));
    return {};
}

Result<Exit> add(const Context& context, const UserOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto exit, told(add_one(context, accounts, options)));
    if (exit == Exit::done)
        say("The user «{}» is added{}.{}", options.name,
            options.has_no_password ? ", without a password" : "",
            options.roles.empty() ? "" : " Roles: " + text::join(options.roles, ", ") + ".");
    return exit;
}

Result<Exit> change_one(const Context& context, const UserOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(auto user, get(accounts, options.name));
    if (const auto taken = take(options, user); !taken) return told(taken);
    TRY(auto* const editor, accounts.user_editor(options.name));
    TRY(const auto exit, told(editor->update(options.name, user, actor(context))));
    if (exit == Exit::done) say("The user «{}» is changed.", user.name);
    return exit;
}

Result<Exit> set_password(const Context& context, const UserOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto user, get(accounts, options.name));
    TRY(const auto password, password_of(options));
    TRY(auto* const editor, accounts.user_editor(user.name));
    TRY(const auto exit, told(editor->set_password(user.name, view_of(password), actor(context))));
    if (exit == Exit::done)
        say("The password of «{}» is {}.", user.name, password ? "changed" : "taken away");
    return exit;
}

Result<Exit> set_disabled(const Context& context, const UserOptions& options, bool is_disabled) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(auto user, get(accounts, options.name));
    user.disabled =
        is_disabled ? std::optional{user.disabled.value_or(context.clock.now())} : std::nullopt;
    TRY(auto* const editor, accounts.user_editor(user.name));
    TRY(const auto exit, told(editor->update(user.name, user, actor(context))));
    if (exit == Exit::done)
        say("The user «{}» is {}.", user.name, is_disabled ? "disabled" : "enabled");
    return exit;
}

Result<Exit> remove(const Context& context, const UserOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto user, get(accounts, options.name));
    TRY_DONE(confirm(context, fmt::format("Remove the user «{}» with all roles?", user.name)));
    TRY(auto* const editor, accounts.user_editor(user.name));
    TRY(const auto exit, told(editor->remove(user.name, actor(context))));
    if (exit == Exit::done) say("The user «{}» is removed.", user.name);
    return exit;
}

void add_facts(CLI::App& verb, UserOptions& options) {
    verb.add_option("--full-name", options.full_name, "As people write it");
    verb.add_option("--email", options.email, "An e-mail address");
    verb.add_option("--description", options.description, "A line about the user");
    verb.add_option("--expires", options.expires,
                    "The last day on which the user may sign in (2027-06-30, UTC), or never");
}

}  // namespace

void add_user_changes(CLI::App& noun, Context& context) {
    const auto add_verb = [&](const char* name, const char* help,
                              std::function<Result<Exit>(const UserOptions&)> run) {
        auto options = std::make_shared<UserOptions>();
        auto* const verb = noun.add_subcommand(name, help);
        verb->add_option("name", options->name, "The user's name")->required();
        verb->callback(
            [&context, options, run] { context.run = [options, run] { return run(*options); }; });
        return std::pair{verb, options};
    };
    {
        const auto [verb, options] =
            add_verb("add", "Add a user", [&context](const auto& o) { return add(context, o); });
        add_facts(*verb, *options);
        verb->add_option("--role", options->roles, "A role to give; may be repeated");
        add_password_options(*verb, options->password, "The password");
        verb->add_flag("--no-password", options->has_no_password,
                       "Nobody gets in by a password (but perhaps by a certificate)");
    }
    {
        const auto [verb, options] =
            add_verb("change", "Change what is known of a user",
                     [&context](const auto& o) { return change_one(context, o); });
        verb->add_option("--name", options->new_name, "Another name; the roles stay");
        add_facts(*verb, *options);
    }
    {
        const auto [verb, options] =
            add_verb("password", "Give a user another password",
                     [&context](const auto& o) { return set_password(context, o); });
        add_password_options(*verb, options->password, "The password");
        verb->add_flag("--none", options->has_no_password, "Take it away");
    }
    add_verb("disable", "Let a user sign in no more; everything stays",
             [&context](const auto& o) { return set_disabled(context, o, true); });
    add_verb("enable", "Let a disabled user sign in again",
             [&context](const auto& o) { return set_disabled(context, o, false); });
    add_verb("remove", "Remove a user, with all roles",
             [&context](const auto& o) { return remove(context, o); });
}

}  // namespace rhumb::cli
