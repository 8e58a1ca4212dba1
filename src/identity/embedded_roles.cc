#include "identity/embedded_roles.h"

#include <algorithm>

#include "base/text.h"
#include "identity/administrators.h"
#include "identity/trail.h"

namespace rhumb::identity {

namespace {

Result<void> check(const Role& role) {
    TRY_DONE(check_role_name(role.name));
    return check_line(role.description, "the description");
}

Result<storage::RoleRecord> get(const storage::View& view, std::string_view name) {
    TRY(auto found, storage::find_role(view, name));
    if (!found)
        return fail(ErrorKind::not_found, "there is no role «{}»; `rhumb role list` shows them",
                    name);
    return *std::move(found);
}

storage::Membership to_membership(std::string_view role, const Member& member) {
    return {std::string{role},
            member.kind == Member::Kind::user ? storage::Membership::Kind::user
                                              : storage::Membership::Kind::role,
            member.name};
}

/// Whether the holders of `below` have `above`, by any number of steps.
bool leads_to(const std::vector<Role>& roles, std::string_view below, std::string_view above) {
    std::vector<std::string> reached{std::string{below}};
    for (std::size_t i = 0; i < reached.size(); ++i) {
        if (text::iequals(reached[i], above)) return true;
        for (const auto& role : roles) {
            const auto is = [&](const auto& name) { return text::iequals(name, reached[i]); };
            const auto is_this = [&](const auto& name) { return text::iequals(name, role.name); };
            if (std::ranges::any_of(role.roles, is) && std::ranges::none_of(reached, is_this))
                reached.push_back(role.name);
        }
    }
    return false;
}

/// A member role must be there, and must not be above the role already.
Result<void> check_member(const storage::View& view, const storage::RoleRecord& role,
                          const Member& member) {
    if (member.kind == Member::Kind::user) return check_user_name(member.name);
    TRY(const auto below, get(view, member.name));
    TRY(const auto roles, roles_in(view));
    if (leads_to(roles, role.name, below.name))
        return fail(
            ErrorKind::conflict,
            "who has «{}» has «{}» already: they would be members of each other in a circle",
            role.name, below.name);
    return {};
}

}  // namespace

Result<std::vector<Role>> EmbeddedRoles::list() const {
    return store_.read([](const storage::View& view) { return roles_in(view); });
}

Result<Standing> EmbeddedRoles::standing(std::string_view user) const {
    TRY(const auto roles, list());
    return standing_by(roles, user);
}

Result<void> EmbeddedRoles::add(const Role& role, const Actor& actor) {
    TRY_DONE(check(role));
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(storage::add_role(transaction, {.name = role.name,
                                                 .description = role.description,
                                                 .privilege = role.privilege,
                                                 .created = now}));
        TRY_DONE(
            transaction.add_event(event(actor, now, "role.added", role.name,
                                        fmt::format("privilege {}", to_text(role.privilege)))));
        return {};
    });
}

Result<void> EmbeddedRoles::update(std::string_view name, const Role& role, const Actor& actor) {
    TRY_DONE(check(role));
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(auto record, get(transaction, name));
        if (record.name == role.name && record.description == role.description &&
            record.privilege == role.privilege)
            return {};
        const auto was = record;
        record.name = role.name;
        record.description = role.description;
        record.privilege = role.privilege;
        TRY_DONE(keeping_an_administrator(
            transaction, now, [&] { return storage::update_role(transaction, record); }));
        TRY_DONE(transaction.add_event(
            event(actor, now, "role.changed", was.name,
                  fmt::format("now {}, privilege {} (before: {})", record.name,
                              to_text(record.privilege), to_text(was.privilege)))));
        return {};
    });
}

Result<void> EmbeddedRoles::remove(std::string_view name, const Actor& actor) {
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto record, get(transaction, name));
        TRY_DONE(keeping_an_administrator(
            transaction, now, [&] { return storage::remove_role(transaction, record.name); }));
        TRY_DONE(transaction.add_event(event(actor, now, "role.removed", record.name)));
        return {};
    });
}

Result<bool> EmbeddedRoles::give(std::string_view role, const Member& to, const Actor& actor) {
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<bool> {
        TRY(const auto record, get(transaction, role));
        TRY_DONE(check_member(transaction, record, to));
        TRY(const bool is_new,
            storage::add_membership(transaction, to_membership(record.name, to)));
        if (!is_new) return false;
        TRY_DONE(transaction.add_event(
            event(actor, now, "role.given", record.name, fmt::format("to {}", to_text(to)))));
        return true;
    });
}

Result<bool> EmbeddedRoles::take(std::string_view role, const Member& from, const Actor& actor) {
    const auto now = clock_.now();
    return store_.transact([&](storage::Transaction& transaction) -> Result<bool> {
        TRY(const auto record, get(transaction, role));
        bool was_there = false;
        TRY_DONE(keeping_an_administrator(transaction, now, [&]() -> Result<void> {
            TRY(was_there,
                storage::remove_membership(transaction, to_membership(record.name, from)));
            return {};
        }));
        if (!was_there) return false;
        TRY_DONE(transaction.add_event(
            event(actor, now, "role.taken", record.name, fmt::format("from {}", to_text(from)))));
        return true;
    });
}

}  // namespace rhumb::identity
