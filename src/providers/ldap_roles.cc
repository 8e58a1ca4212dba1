#include "providers/ldap_roles.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "ldap/name.h"
#include "providers/ldap_account.h"
#include "providers/ldap_groups.h"

namespace rhumb::providers {

namespace {

using identity::Role;
using identity::Standing;
using ldap::Answer;
using ldap::Connection;
using ldap::Entry;
using ldap::Pool;

/// So many users are looked at to tell their names.
constexpr std::size_t named_max = 200'000;

struct Listed {
    std::vector<LdapGroup> groups{};
    std::map<std::string, std::string, std::less<>> user_names{};  // by comparable name in full
};

/// Names of users whom the first part of their name in full does not tell.
Answer<void> name_users(Connection& connection, const config::LdapProvider& settings,
                        ldap::Deadline deadline, Listed& listed) {
    std::map<std::string, std::string, std::less<>> names;
    TRY_DONE(connection.search({.base = settings.user_base,
                                .filter = ldap::filled_in(settings.user_filter, "*"),
                                .attributes = {settings.name_attribute},
                                .entries_max = named_max,
                                .page_size = settings.page_size},
                               deadline, [&](const Entry& entry) {
                                   auto key = ldap::comparable(entry.name);
                                   auto name = entry.first(settings.name_attribute);
                                   if (key && identity::check_user_name(name))
                                       names.emplace(*std::move(key), std::move(name));
                               }));
    listed.user_names = std::move(names);
    return {};
}

bool needs_names(const Listed& listed, const config::LdapProvider& settings) {
    return std::ranges::any_of(listed.groups, [&](const LdapGroup& group) {
        return std::ranges::any_of(group.members, [&](const std::string& member) {
            return !ldap::first_value(member, settings.name_attribute);
        });
    });
}

/// Sorted, each once, without regard to case.
void put_in_order(std::vector<std::string>& names) {
    std::ranges::sort(names, {}, [](const auto& name) { return text::to_lower(name); });
    const auto rest = std::ranges::unique(
        names, [](const auto& a, const auto& b) { return text::iequals(a, b); });
    names.erase(rest.begin(), rest.end());
}

std::vector<Role> to_roles(const Listed& listed, const config::Provider& provider,
                           const config::LdapProvider& settings) {
    std::map<std::string, std::string, std::less<>> groups;  // role by comparable name in full
    for (const auto& group : listed.groups)
        if (const auto key = ldap::comparable(group.full_name); key && !group.name.empty())
            groups.emplace(*key, group.name);
    std::vector<Role> roles;
    for (const auto& group : listed.groups) {
        if (!identity::check_role_name(group.name)) continue;
        Role role{.name = group.name,
                  .description = identity::check_line(group.description, "the description")
                                     ? group.description
                                     : std::string{},
                  .privilege = privilege_of({group.name}, provider)};
        for (const auto& member : group.members) {
            if (holds_user_names(settings)) {
                role.users.push_back(member);
                continue;
            }
            const auto key = ldap::comparable(member).value_or(member);
            if (const auto found = groups.find(key); found != groups.end())
                role.roles.push_back(found->second);
            else if (const auto user = listed.user_names.find(key); user != listed.user_names.end())
                role.users.push_back(user->second);
            else if (auto name = ldap::first_value(member, settings.name_attribute))
                role.users.push_back(*std::move(name));
        }
        std::erase_if(role.users,
                      [](const auto& name) { return !identity::check_user_name(name); });
        put_in_order(role.users);
        put_in_order(role.roles);
        roles.push_back(std::move(role));
    }
    std::ranges::stable_sort(roles, {}, [](const Role& role) { return text::to_lower(role.name); });
    return roles;
}

}  // namespace

Result<std::vector<Role>> LdapRoles::list() const {
    const auto deadline = directory_.deadline();
    const auto& settings = directory_.settings();
    auto listed = directory_.pool().ask<Listed>(
        Pool::As::service, deadline, [&](Connection& connection) -> Answer<Listed> {
            Listed all;
            TRY(all.groups, all_groups(connection, settings, deadline));
            if (!holds_user_names(settings) && needs_names(all, settings))
                TRY_DONE(name_users(connection, settings, deadline, all));
            return all;
        });
    if (!listed) return tl::unexpected(directory_.to_error(listed.error()));
    return to_roles(*listed, directory_.provider(), settings);
}

Result<Standing> LdapRoles::standing(std::string_view user) const {
    const auto deadline = directory_.deadline();
    const auto& settings = directory_.settings();
    using Names = std::vector<std::string>;
    auto names = directory_.pool().ask<Names>(
        Pool::As::service, deadline, [&](Connection& connection) -> Answer<Names> {
            if (holds_user_names(settings))
                return groups_of(connection, settings, std::string{user}, deadline);
            TRY(const auto entry, directory_.find(connection, user, deadline));
            if (!entry) return Names{};
            return groups_of(connection, settings, entry->name, deadline);
        });
    if (!names) return tl::unexpected(directory_.to_error(names.error()));
    std::erase_if(*names, [](const auto& name) { return !identity::check_role_name(name); });
    put_in_order(*names);
    const auto privilege = privilege_of(*names, directory_.provider());
    return Standing{.roles = *std::move(names), .privilege = privilege};
}

}  // namespace rhumb::providers
