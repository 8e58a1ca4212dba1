#include "identity/user_import.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::identity {

namespace {

/// What an import changes of a user who is there; "" for nothing.
std::string changes_of(const ImportedUser& row, const User& known) {
    std::vector<std::string> all;
    if (!row.user.full_name.empty() && row.user.full_name != known.full_name)
        all.emplace_back("full name");
    if (!row.user.email.empty() && row.user.email != known.email) all.emplace_back("e-mail");
    if (!row.user.description.empty() && row.user.description != known.description)
        all.emplace_back("description");
    if (row.user.disabled && !known.disabled) all.emplace_back("disabled");
    if (row.user.expires && row.user.expires != known.expires) all.emplace_back("expiry");
    if (row.password) all.emplace_back("password");
    return text::join(all, ", ");
}

User with_changes(const ImportedUser& row, User known) {
    if (!row.user.full_name.empty()) known.full_name = row.user.full_name;
    if (!row.user.email.empty()) known.email = row.user.email;
    if (!row.user.description.empty()) known.description = row.user.description;
    if (row.user.disabled && !known.disabled) known.disabled = row.user.disabled;
    if (row.user.expires) known.expires = row.user.expires;
    return known;
}

bool has_name(const std::vector<std::string>& names, std::string_view wanted) {
    return std::ranges::any_of(names,
                               [&](const auto& name) { return text::iequals(name, wanted); });
}

/// The roles of the row that the user has not, by name.
std::vector<std::string> missing_roles(const ImportedUser& row, const std::vector<Role>& roles) {
    std::vector<std::string> missing;
    for (const auto& role : roles)
        if (has_name(row.roles, role.name) && !has_name(role.users, row.user.name))
            missing.push_back(role.name);
    return missing;
}

/// Roles that are not there are faults, or to be made.
void note_unknown_roles(const ImportedUser& row, const std::vector<Role>& roles,
                        const ImportWish& wish, ImportPlan& plan) {
    const auto find = [](auto& among, const std::string& name) {
        return std::ranges::find_if(
            among, [&](const Role& role) { return text::iequals(role.name, name); });
    };
    for (const auto& name : row.roles) {
        if (find(roles, name) != roles.end()) continue;
        const auto privilege = row.role_privilege.value_or(Privilege::view);
        const auto made = find(plan.new_roles, name);
        if (!wish.makes_roles)
            plan.faults.push_back(fmt::format(
                "line {}: there is no role «{}»; make it first: rhumb role add '{}', or "
                "say --make-roles",
                row.line, name, name));
        else if (const auto good = check_role_name(name); !good)
            plan.faults.push_back(fmt::format("line {}: {}", row.line, good.error().message));
        else if (made == plan.new_roles.end())
            plan.new_roles.push_back({.name = name, .privilege = privilege});
        else if (made->privilege != privilege)
            plan.faults.push_back(fmt::format("line {}: the role «{}» may {} here, and {} before",
                                              row.line, name, to_text(privilege),
                                              to_text(made->privilege)));
    }
}

Result<void> do_step(const ImportedUser& row, const ImportPlan::Step& step, UserStore& users,
                     RoleStore& roles, const Actor& actor) {
    auto& editor = *users.editor();
    const auto password =
        row.password ? std::optional{row.password->view()} : std::optional<std::string_view>{};
    if (step.act == ImportPlan::Act::add) {
        TRY_DONE(editor.add(row.user, password, actor));
    } else if (step.act == ImportPlan::Act::change) {
        TRY(const auto known, users.find(row.user.name));
        if (!known)
            return fail(ErrorKind::conflict, "the user «{}» was removed meanwhile", row.user.name);
        TRY_DONE(editor.update(known->name, with_changes(row, *known), actor));
        if (password) TRY_DONE(editor.set_password(known->name, password, actor));
    } else {
        return {};
    }
    for (const auto& role : row.roles)
        TRY_DONE(roles.editor()->give(role, {Member::Kind::user, row.user.name}, actor));
    return {};
}

}  // namespace

Result<ImportPlan> plan_import(const std::vector<ImportedUser>& rows, const UserStore& users,
                               const RoleStore& roles, const ImportWish& wish) {
    using Act = ImportPlan::Act;
    TRY(const auto all_roles, roles.list());
    ImportPlan plan;
    for (const auto& row : rows) {
        note_unknown_roles(row, all_roles, wish, plan);
        auto given = missing_roles(row, all_roles);
        for (const auto& role : plan.new_roles)
            if (has_name(row.roles, role.name)) given.push_back(role.name);
        const auto role_words =
            given.empty() ? std::string{} : fmt::format("roles: {}", text::join(given, ", "));
        TRY(const auto known, users.find(row.user.name));
        if (!known) {
            plan.steps.push_back({Act::add, row.user.name, role_words});
            continue;
        }
        if (!wish.changes_known) {
            plan.steps.push_back({Act::leave, known->name, "is there already"});
            continue;
        }
        auto words = changes_of(row, *known);
        if (!role_words.empty()) words += (words.empty() ? "" : "; ") + role_words;
        const bool is_same = words.empty();
        plan.steps.push_back({is_same ? Act::leave : Act::change, known->name,
                              is_same ? "has all of it already" : words});
    }
    return plan;
}

Result<void> carry_out_import(const std::vector<ImportedUser>& rows, const ImportPlan& plan,
                              UserStore& users, RoleStore& roles, const Actor& actor,
                              const std::function<void(std::size_t)>& progress) {
    if (!plan.faults.empty()) return fail(ErrorKind::invalid, "{}", text::join(plan.faults, "\n"));
    if (users.editor() == nullptr)
        return fail(ErrorKind::denied, "users are kept in «{}», and changed there", users.name());
    const bool gives_roles =
        std::ranges::any_of(rows, [](const auto& row) { return !row.roles.empty(); });
    if (gives_roles && roles.editor() == nullptr)
        return fail(ErrorKind::denied, "roles are kept in «{}», and changed there", roles.name());
    for (const auto& role : plan.new_roles) TRY_DONE(roles.editor()->add(role, actor));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (auto done = do_step(rows[i], plan.steps[i], users, roles, actor); !done)
            return tl::unexpected(std::move(done).error().within(
                fmt::format("line {}, «{}»", rows[i].line, rows[i].user.name)));
        progress(i + 1);
    }
    return {};
}

}  // namespace rhumb::identity
