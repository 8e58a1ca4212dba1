#include "providers/sql_roles.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::providers {

namespace {

using identity::Actor;
using identity::Member;
using identity::Role;
using identity::Standing;

storage::Membership to_membership(std::string_view role, const Member& member) {
    return {std::string{role},
            member.kind == Member::Kind::user ? storage::Membership::Kind::user
                                              : storage::Membership::Kind::role,
            member.name};
}

/// Whether who has `below` has `above`.
bool leads_to(std::vector<Role> roles, std::string_view below, std::string_view above) {
    if (text::iequals(below, above)) return true;
    const std::string somebody = "\n";  // nobody is called so
    for (auto& role : roles)
        if (text::iequals(role.name, below)) role.users.push_back(somebody);
    return std::ranges::any_of(identity::standing_by(roles, somebody).roles,
                               [&](const auto& role) { return text::iequals(role, above); });
}

}  // namespace

Result<std::vector<Role>> SqlRoles::list() const {
    TRY(auto found, parts_.named(parts_.accounts->roles()));
    std::vector<Role> all;
    for (auto& [record, members] : found) {
        if (!identity::check_role_name(record.name)) continue;
        Role role{.name = record.name,
                  .description = to_line(std::move(record.description)),
                  .privilege = privilege_of({record.name}, parts_.provider)};
        for (auto& member : members) {
            const bool is_user = member.kind == storage::Membership::Kind::user;
            if (is_user ? identity::check_user_name(member.member).has_value()
                        : identity::check_role_name(member.member).has_value())
                (is_user ? role.users : role.roles).push_back(std::move(member.member));
        }
        all.push_back(std::move(role));
    }
    return all;
}

Result<Standing> SqlRoles::standing(std::string_view user) const {
    if (!identity::check_user_name(user)) return Standing{};
    TRY(auto names, parts_.named(parts_.accounts->roles_of(user)));
    Standing standing;
    for (auto& name : names)
        if (identity::check_role_name(name)) standing.roles.push_back(std::move(name));
    standing.privilege = privilege_of(standing.roles, parts_.provider);
    return standing;
}

Result<Role> SqlRoles::get(const std::vector<Role>& roles, std::string_view name) const {
    const auto found = std::ranges::find_if(
        roles, [name](const Role& role) { return text::iequals(role.name, name); });
    if (found == roles.end())
        return fail(ErrorKind::not_found, "there is no role «{}» in {}", name,
                    parts_.provider.name);
    return *found;
}

Result<void> SqlRoles::check(const Role& role) const {
    TRY_DONE(identity::check_role_name(role.name));
    TRY_DONE(identity::check_line(role.description, "the description"));
    const auto privilege = privilege_of({role.name}, parts_.provider);
    if (role.privilege == identity::Privilege::view || role.privilege == privilege) return {};
    return fail(
        ErrorKind::invalid,
        "privileges of roles of {} are not kept there: name «{}» in the list {} of the "
        "provider",
        parts_.provider.name, role.name,
        role.privilege == identity::Privilege::administer ? "administrators" : "publishers");
}

Result<void> SqlRoles::add(const Role& role, const Actor& actor) {
    TRY_DONE(check(role));
    storage::RoleRecord record;
    record.name = role.name;
    record.description = role.description;
    record.created = parts_.surroundings.clock.now();
    return parts_.named(
        parts_.accounts->add_role(record, parts_.recorded(actor, "role.added", role.name)));
}

Result<void> SqlRoles::update(std::string_view name, const Role& role, const Actor& actor) {
    TRY_DONE(check(role));
    TRY(const auto roles, list());
    TRY(const auto before, get(roles, name));
    if (before.name == role.name && before.description == role.description) return {};
    storage::RoleRecord record;
    record.name = role.name;
    record.description = role.description;
    return parts_.named(parts_.accounts->update_role(
        before.name, record,
        parts_.recorded(actor, "role.changed", before.name, fmt::format("now {}", role.name))));
}

Result<void> SqlRoles::remove(std::string_view name, const Actor& actor) {
    TRY(const auto roles, list());
    TRY(const auto role, get(roles, name));
    return parts_.named(
        parts_.accounts->remove_role(role.name, parts_.recorded(actor, "role.removed", role.name)));
}

Result<bool> SqlRoles::give(std::string_view role, const Member& to, const Actor& actor) {
    TRY(const auto roles, list());
    TRY(const auto above, get(roles, role));
    auto member = to;
    if (to.kind == Member::Kind::user) {
        TRY_DONE(identity::check_user_name(to.name));
    } else {
        TRY(const auto below, get(roles, to.name));
        member.name = below.name;
        if (leads_to(roles, above.name, below.name))
            return fail(
                ErrorKind::conflict,
                "who has «{}» has «{}» already: they would be members of each other in a circle",
                above.name, below.name);
    }
    return parts_.named(parts_.accounts->add_membership(
        to_membership(above.name, member),
        parts_.recorded(actor, "role.given", above.name,
                        fmt::format("to {}", identity::to_text(member)))));
}

Result<bool> SqlRoles::take(std::string_view role, const Member& from, const Actor& actor) {
    TRY(const auto roles, list());
    TRY(const auto above, get(roles, role));
    return parts_.named(parts_.accounts->remove_membership(
        to_membership(above.name, from),
        parts_.recorded(actor, "role.taken", above.name,
                        fmt::format("from {}", identity::to_text(from)))));
}

}  // namespace rhumb::providers
