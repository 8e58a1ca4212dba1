/// rhumb role: what users may, together.

#include <algorithm>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/accounts.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/commands/cert/shared.h"
#include "cli/table.h"

namespace rhumb::cli {

namespace {

struct RoleOptions {
    std::string name;
    std::optional<std::string> new_name;
    std::optional<std::string> description;
    std::optional<std::string> privilege;
    std::vector<std::string> members;
};

Result<identity::Role> get(const Accounts& accounts, const std::string& name) {
    TRY(const auto roles, accounts.roles->list());
    const auto is = [&](const auto& role) { return text::iequals(role.name, name); };
    const auto found = std::ranges::find_if(roles, is);
    if (found == roles.end())
        return fail(ErrorKind::not_found, "there is no role «{}»; `rhumb role list` shows them",
                    name);
    return *found;
}

Result<void> take(const RoleOptions& options, identity::Role& role) {
    if (options.new_name) role.name = *options.new_name;
    if (options.description) role.description = *options.description;
    if (options.privilege) {
        TRY(role.privilege, identity::to_privilege(*options.privilege));
    }
    return {};
}

Result<Exit> add(const Context& context, const RoleOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    identity::Role role{.name = options.name};
    TRY_DONE(take(options, role));
    TRY(auto* const editor, accounts.role_editor());
    TRY(const auto exit, told(editor->add(role, actor(context))));
    if (exit == Exit::done)
        say("The role «{}» is added. Give it: rhumb role give '{}' --to user:NAME", role.name,
            role.name);
    return exit;
}

Result<Exit> change_one(const Context& context, const RoleOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(auto role, get(accounts, options.name));
    const auto was = role.name;
    TRY_DONE(take(options, role));
    TRY(auto* const editor, accounts.role_editor());
    TRY(const auto exit, told(editor->update(was, role, actor(context))));
    if (exit == Exit::done) say("The role «{}» is changed.", role.name);
    return exit;
}

Result<Exit> remove(const Context& context, const RoleOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto role, get(accounts, options.name));
    const auto count = role.users.size() + role.roles.size();
    TRY_DONE(confirm(context,
                     fmt::format("Remove the role «{}»? It has {} members.", role.name, count)));
    TRY(auto* const editor, accounts.role_editor());
    TRY(const auto exit, told(editor->remove(role.name, actor(context))));
    if (exit == Exit::done) say("The role «{}» is removed.", role.name);
    return exit;
}

/// Users whom no store knows are told, for they may be a slip of the pen.
Result<void> note_unknown(const Accounts& accounts, const identity::Member& member) {
    if (member.kind != identity::Member::Kind::user) return {};
    const auto user = accounts.users->find(member.name);
    if (user && *user) return {};
    const auto note = user ? fmt::format("there is no user «{}» (yet)", member.name)
                           : fmt::format("whether there is a user «{}» is not known: {}",
                                         member.name, user.error().message);
    print_notes({&note, 1});
    return {};
}

Result<Exit> give_or_take(const Context& context, const RoleOptions& options, bool is_giving) {
    TRY(const auto accounts, Accounts::open(context));
    std::vector<identity::Member> members;
    for (const auto& text : options.members) {
        const auto member = identity::to_member(text);
        if (!member) return wrong_usage(member.error());
        members.push_back(*member);
    }
    TRY(auto* const editor, accounts.role_editor());
    for (const auto& member : members) {
        const auto changed = is_giving ? editor->give(options.name, member, actor(context))
                                       : editor->take(options.name, member, actor(context));
        if (!changed) return told(tl::unexpected(changed.error()));
        if (is_giving) TRY_DONE(note_unknown(accounts, member));
        const auto* const word = is_giving ? (*changed ? "has" : "had already")
                                           : (*changed ? "has no more" : "did not have");
        say("{} {} the role «{}».", identity::to_text(member), word, options.name);
    }
    return Exit::done;
}

nlohmann::ordered_json to_json(const identity::Role& role) {
    return {{"name", role.name},
            {"description", role.description},
            {"privilege", identity::to_text(role.privilege)},
            {"users", role.users},
            {"roles", role.roles}};
}

Result<Exit> list(const Context& context) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto roles, accounts.roles->list());
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& role : roles) all.push_back(to_json(role));
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"NAME", "PRIVILEGE", "USERS", "ROLES", "DESCRIPTION"}};
    for (const auto& role : roles)
        table.add({role.name, std::string{identity::to_text(role.privilege)},
                   std::to_string(role.users.size()), text::join(role.roles, ", "),
                   role.description});
    table.print();
    return Exit::done;
}

Result<Exit> show(const Context& context, const RoleOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto role, get(accounts, options.name));
    if (context.wants_json) {
        say("{}", to_json(role).dump(2));
        return Exit::done;
    }
    say("name         {}", role.name);
    if (!role.description.empty()) say("description  {}", role.description);
    say("privilege    {}", identity::to_text(role.privilege));
    say("users        {}", role.users.empty() ? "none" : text::join(role.users, ", "));
    say("roles        {}", role.roles.empty() ? "none" : text::join(role.roles, ", "));
    return Exit::done;
}

void add_facts(CLI::App& verb, RoleOptions& options) {
    verb.add_option("--description", options.description, "A line about the role");
    verb.add_option("--privilege", options.privilege,
                    "What it lets do here: view, publish or administer")
        ->check(CLI::IsMember({"view", "publish", "administer"}));
}

}  // namespace

void add_role(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("role", "Roles: what users may, together")->require_subcommand(1);
    add_store_option(*noun, context);
    const auto add_verb = [&](const char* name, const char* help,
                              std::function<Result<Exit>(const RoleOptions&)> run) {
        auto options = std::make_shared<RoleOptions>();
        auto* const verb = noun->add_subcommand(name, help);
        verb->add_option("name", options->name, "The role's name")->required();
        verb->callback(
            [&context, options, run] { context.run = [options, run] { return run(*options); }; });
        return std::pair{verb, options};
    };
    {
        const auto [verb, options] =
            add_verb("add", "Add a role", [&context](const auto& o) { return add(context, o); });
        add_facts(*verb, *options);
    }
    {
        const auto [verb, options] =
            add_verb("change", "Change a role; its members stay",
                     [&context](const auto& o) { return change_one(context, o); });
        verb->add_option("--name", options->new_name, "Another name");
        add_facts(*verb, *options);
    }
    add_verb("show", "A role and its members",
             [&context](const auto& o) { return show(context, o); });
    add_verb("remove", "Remove a role; its members lose it",
             [&context](const auto& o) { return remove(context, o); });
    {
        const auto [verb, options] =
            add_verb("give", "Give a role to users, or to all who have another role",
                     [&context](const auto& o) { return give_or_take(context, o, true); });
        verb->add_option("--to", options->members, "user:NAME or role:NAME; may be repeated")
            ->required();
    }
    {
        const auto [verb, options] =
            add_verb("take", "Take a role back",
                     [&context](const auto& o) { return give_or_take(context, o, false); });
        verb->add_option("--from", options->members, "user:NAME or role:NAME; may be repeated")
            ->required();
    }
    noun->add_subcommand("list", "All roles")->callback([&context] {
        context.run = [&context] { return list(context); };
    });
}

}  // namespace rhumb::cli
